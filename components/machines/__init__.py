"""Machines that clouds rent out: what they are, what they leave for pods, what they cost, and which one to take.

Pure: reads the data files beside each cloud and computes; no network, no SDK.
"""
