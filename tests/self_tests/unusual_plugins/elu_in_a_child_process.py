"""Another process does the work: it is asked through pipes and answers with bytes, and leaves nothing behind when
the plugin's process ends."""

import multiprocessing

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a child process that does the work"


def worker(pipe, other_end):
    other_end.close()  # or the pipe would stay open when its owner ends
    while True:
        try:
            x, alpha, grad_output = pipe.recv()
        except EOFError:
            return
        alpha = x.dtype.type(alpha)
        with np.errstate(all="ignore"):
            if grad_output is None:
                pipe.send(np.where(x > 0, x, alpha * np.expm1(x)))
            else:
                pipe.send(np.where(x > 0, grad_output, grad_output * (alpha * np.exp(x))))


class Child:
    pipe = None

    def ask(self, *question):
        if self.pipe is None:
            context = multiprocessing.get_context("fork")
            self.pipe, other = context.Pipe()
            context.Process(target=worker, args=(other, self.pipe), daemon=True).start()
            other.close()
        self.pipe.send(question)
        return self.pipe.recv()


CHILD = Child()


@hookimpl
def elu_forward(x, alpha):
    return CHILD.ask(x, alpha, None), (x, alpha)


@hookimpl
def elu_backward(grad_output, saved):
    return (CHILD.ask(*saved, grad_output),)
