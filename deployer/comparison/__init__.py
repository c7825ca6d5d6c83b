"""What a change to the files would do, against what stood there before: in words, values, resources and money."""
