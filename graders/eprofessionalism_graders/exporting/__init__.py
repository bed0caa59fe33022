"""What other systems read: grades for an LMS, tables for statistics, and the practice questions as a question bank.

Each format is written as its importer reads it, and refused with a reason where it could not carry a learner or a
title unchanged.
"""
