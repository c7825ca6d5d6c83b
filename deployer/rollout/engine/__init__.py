"""The real Pulumi engine, through the Automation API with inline programs.

Import `engine.engine` only to run it: that brings in the SDK. The rest is cheap.
"""
