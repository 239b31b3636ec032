"""The command's random numbers, bit for bit."""

from __future__ import annotations

import math
from typing import List, Optional

import numpy as np

_MASK = (1 << 64) - 1


class RandomStream:
    """The stream of a seed and a name, as ``rein predict --explore`` draws from: xoshiro256++."""

    def __init__(self, seed: int, name: str = "predict", index: int = 0) -> None:
        """``seed`` is from 0 to 2^64 - 1."""
        if not 0 <= seed <= _MASK:
            raise ValueError(f"the seed {seed} is not from 0 to 2^64 - 1")
        key = _absorb(0, seed)
        words = name.encode("utf-8")
        for byte in words:
            key = _absorb(key, byte)
        key = _absorb(_absorb(key, len(words) | 1 << 32), index & _MASK)
        self._words: List[int] = []
        for _ in range(4):
            key = (key + 0x9E3779B97F4A7C15) & _MASK
            self._words.append(_scramble(key))
        self._normal: Optional[float] = None

    def next(self) -> int:
        """The next 64 random bits."""
        a, b, c, d = self._words
        total = (a + d) & _MASK
        result = (((total << 23 | total >> 41) & _MASK) + a) & _MASK
        shifted = (b << 17) & _MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << 45 | d >> 19) & _MASK
        self._words = [a, b, c, d]
        return result

    def double(self) -> float:
        """A number uniform in [0, 1), a multiple of 2^-53."""
        return (self.next() >> 11) * 2.0**-53

    def single(self) -> float:
        """A number uniform in [0, 1), a multiple of 2^-24."""
        return (self.next() >> 40) * 2.0**-24

    def below(self, bound: int) -> int:
        """An integer uniform in ``range(bound)``."""
        product = self.next() * bound
        if product & _MASK < bound:
            threshold = ((1 << 64) - bound) % bound
            while product & _MASK < threshold:
                product = self.next() * bound
        return product >> 64

    def normal(self) -> float:
        """A draw from the standard normal distribution, by Marsaglia's polar method, in pairs."""
        if self._normal is not None:
            cached, self._normal = self._normal, None
            return cached
        while True:
            x, y = 2 * self.double() - 1, 2 * self.double() - 1
            square = x * x + y * y
            if 0 < square < 1:
                break
        factor = math.sqrt(-2 * math.log(square) / square)
        self._normal = float(np.float32(y * factor))
        return float(np.float32(x * factor))


def _absorb(key: int, word: int) -> int:
    return _scramble(_scramble((key + 0x9E3779B97F4A7C15) & _MASK) ^ word)


def _scramble(word: int) -> int:
    word = ((word ^ word >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ word >> 27) * 0x94D049BB133111EB) & _MASK
    return word ^ word >> 31
