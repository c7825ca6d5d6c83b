"""Brings a checkout's stacks up in a simulated world without the engine, and writes their state as it reads it.

The stand-ins make the resources: they judge them, name them and tell of them as they do under the engine. Runs with
the checkout's own code on the path, whichever revision that is, and uses it by names that are long there.
"""
