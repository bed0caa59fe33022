"""Covariances between items, in one pass over the coded scores of complete learners."""

from __future__ import annotations

import numpy as np

from eprofessionalism_graders.cohort.analysis.coding import MICRO, Coded, Floats, Integers

_BLOCK = 1 << 16
"""So many learners are multiplied at a time, where scores are partial."""


def covariance(scores: Coded) -> Floats:
    """Covariances of all pairs of items (with n - 1), in squared points, over learners who answered every item.

    NaN for fewer than two learners. Where there are only two levels of scores the counts behind them are exact.
    """
    codes = scores.codes if scores.complete.all() else scores.codes[:, scores.complete]
    if codes.shape[1] < 2 or not len(codes):
        return np.full((len(codes), len(codes)), np.nan)
    levels = scores.levels / MICRO
    return _of_bits(codes) * (levels[-1] - levels[0]) ** 2 if len(levels) < 3 else _of_levels(codes, levels)


def _of_bits(codes: np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]]) -> Floats:
    """Of codes that are 0 or 1: how many learners have both, counted 64 learners at a time."""
    items, learners = codes.shape
    packed = np.packbits(codes.astype(np.bool_, copy=False), axis=1)
    words = np.zeros((items, -(-packed.shape[1] // 8) * 8), np.uint8)
    words[:, : packed.shape[1]] = packed
    bits = words.view(np.uint64)
    both = np.zeros((items, items), np.int64)
    for item in range(items):
        both[item, item:] = np.bitwise_count(bits[item] & bits[item:]).sum(axis=1, dtype=np.int64)
    both += np.triu(both, 1).T
    ones: Integers = np.diagonal(both)
    return (learners * both - np.outer(ones, ones)) / (learners * (learners - 1))


def _of_levels(codes: np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]], levels: Floats) -> Floats:
    """Of any scores: cross-products of what is left when the mean of the first block is taken away."""
    items, learners = codes.shape
    shift = levels[codes[:, :_BLOCK]].mean(axis=1, keepdims=True)
    products, sums = np.zeros((items, items)), np.zeros(items)
    for start in range(0, learners, _BLOCK):
        block = levels[codes[:, start : start + _BLOCK]] - shift
        products += block @ block.T
        sums += block.sum(axis=1)
    return (products - np.outer(sums, sums) / learners) / (learners - 1)
