"""What Pulumi programs register, without the engine.

Stands on the SDK alone, and on nothing of the project but what it is given: another revision's code is rendered by
these very modules, so that both sides of a comparison are looked at in the same way.
"""
