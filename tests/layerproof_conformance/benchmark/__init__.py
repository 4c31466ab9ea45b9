"""The speed of layers and training steps of plugins, compared with PyTorch eager.

shapes.py      what is measured: small networks, the layers in them, and a few larger ones
contestant.py  runs in its own process, one for each plugin and one for PyTorch, and times tasks
processes.py   starts the contestants, all with the same threads and memory settings
rounds.py      lets them take turns, and says how steady the result is
proof.py       compares what the timed calls returned with PyTorch in float64
pytorch_network.py   a network in PyTorch
document.py    the result, as data
bench.py       the whole run
table.py, picture.py   the result for people
"""
