"""The scoring rules as a course without us would write them; the text of this file is a cell of the stock notebook."""


def sba(key, answer):
    return key[answer]


branch = sba


def mrq(key, chosen):
    if len(chosen) in (0, len(key)):
        return 0
    return len([option for option in key if (option in chosen) == (key[option] == 1)]) / len(key)


def choose(key, chosen):
    return 0 if len(chosen) > 3 else len([option for option in chosen if key[option] == 1]) * 4 / 12


def rating(key, levels):
    near = {1: 2, 2: 1, 3: 4, 4: 3}
    worth = [
        1 if levels.get(option) == key[option] else (levels.get(option) == near[key[option]]) / 2 for option in key
    ]
    return sum(worth) / len(key)


def ranking(key, order):
    return sum(4 - abs(order.index(option) + 1 - key[option]) for option in key) / 20


answers = {}
