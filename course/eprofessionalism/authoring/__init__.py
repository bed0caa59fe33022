"""For authors: cases as readable files, every rule on them, and the notebooks built from them.

Needs the extra `author`.
"""
