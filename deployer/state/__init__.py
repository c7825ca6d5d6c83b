"""The state as a whole: where it is and whose, copies of it, what is wrong in it; and reality held against it."""
