"""How fast is it? Layers and training steps of plugins, measured against PyTorch eager.

shapes.py      what is measured: small networks, the layers in them, and a few larger ones
contestant.py  runs in a process of its own, one for each plugin and one for PyTorch, and times what it is told to
processes.py   starts the contestants, all with the same threads and memory settings
rounds.py      takes turns between them, and says how steady the result is
proof.py       compares what the timed calls returned with PyTorch in float64
pytorch_network.py   a network in PyTorch
document.py    the result, as data
bench.py       the whole run
table.py, picture.py   the result for people
"""
