"""The peer outside tfjs: the same Llama in plain PyTorch, on one thread of the CPU.

peer.ts starts it and sends one JSON request a line; each is answered by one JSON line. So repeats of both
sides can take turns, and the one that waits uses no processor.

    {"op": "train", "key": K, "config": {...}, "weights": FILE, "ids": [...], "B": B, "T": T, "training": {...}}
    {"op": "generate", "key": K, "config": {...}, "weights": FILE, "B": B, "P": P, "R": R}
    {"op": "ppo", "key": K, "config": {...}, "weights": FILE, "scalar": FILE, "B": B, "P": P, "R": R, ...}
    {"op": "forget", "key": K}

The first request of a key makes its models, later ones go on with them. Weights are float32 numbers in the
order in which the parameters are declared below, which is that of model.ts. Dimension letters as in shapes.ts.
"""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)

clock = time.process_time if sys.argv[1:] == ["cpu"] else time.perf_counter


class Norm(nn.Module):
    def __init__(self, width, epsilon):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        D, H, G, hidden = c["width"], c["heads"], c["kvHeads"], c["feedForward"]
        E = D // H
        self.H, self.G, self.E = H, G, E
        self.attention_norm = Norm(D, c["rmsEpsilon"])
        self.q = nn.Linear(D, H * E, bias=False)
        self.k = nn.Linear(D, G * E, bias=False)
        self.v = nn.Linear(D, G * E, bias=False)
        self.o = nn.Linear(H * E, D, bias=False)
        self.feed_norm = Norm(D, c["rmsEpsilon"])
        self.gate = nn.Linear(D, hidden, bias=False)
        self.up = nn.Linear(D, hidden, bias=False)
        self.down = nn.Linear(hidden, D, bias=False)

    def forward(self, x, cos, sin, mask, cache=None, at=0):
        B, T, D = x.shape
        H, G, E = self.H, self.G, self.E
        n = self.attention_norm(x)
        q = rotate(self.q(n).view(B, T, H, E).transpose(1, 2), cos, sin)  # (B, H, T, E)
        k = rotate(self.k(n).view(B, T, G, E).transpose(1, 2), cos, sin)  # (B, G, T, E)
        v = self.v(n).view(B, T, G, E).transpose(1, 2)
        if cache is not None:
            keys, values = cache  # (B, G, S, E)
            keys[:, :, at : at + T] = k
            values[:, :, at : at + T] = v
            k, v = keys[:, :, : at + T], values[:, :, : at + T]
        # Query heads that share a key head are met as one taller matrix: nothing is copied.
        q = q.reshape(B, G, (H // G) * T, E)
        scores = q @ k.transpose(2, 3) * E**-0.5  # (B, G, H/G T, S)
        if mask is not None:
            scores = scores + mask
        mixed = (scores.softmax(-1) @ v).view(B, H, T, E)
        x = x + self.o(mixed.transpose(1, 2).reshape(B, T, D))
        n = self.feed_norm(x)
        return x + self.down(F.silu(self.gate(n)) * self.up(n))


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


class Llama(nn.Module):
    """Hidden states after the last norm; `head` is "language" (tied) or "scalar"."""

    def __init__(self, c, head, weights):
        super().__init__()
        self.c = c
        self.embedding = nn.Embedding(c["vocabSize"], c["width"])
        self.blocks = nn.ModuleList([Block(c) for _ in range(c["layers"])])
        self.norm = Norm(c["width"], c["rmsEpsilon"])
        if head == "scalar":
            self.score = nn.Linear(c["width"], 1)
        flat = torch.from_file(weights, size=sum(p.numel() for p in self.parameters()))
        at = 0
        for p in self.parameters():
            p.data = flat[at : at + p.numel()].clone().view_as(p)
            at += p.numel()
        half = c["width"] // c["heads"] // 2
        frequencies = c["ropeTheta"] ** (-torch.arange(half) / half)
        angles = torch.outer(torch.arange(c["maxPositions"]).float(), frequencies)
        self.cos, self.sin = angles.cos(), angles.sin()
        self.masks = {}

    def mask(self, T):
        if T not in self.masks:
            ahead = torch.full((T, T), -1e9).triu(1)
            self.masks[T] = ahead.repeat(self.c["heads"] // self.c["kvHeads"], 1)
        return self.masks[T]

    def forward(self, ids, caches=None, at=0):
        T = ids.shape[1]
        cos, sin = self.cos[at : at + T], self.sin[at : at + T]
        mask = self.mask(T) if T > 1 else None
        x = self.embedding(ids)
        for i, block in enumerate(self.blocks):
            x = block(x, cos, sin, mask, caches and caches[i], at)
        return self.norm(x)

    def caches(self, B, S):
        c = self.c
        shape = (B, c["kvHeads"], S, c["width"] // c["heads"])
        return [(torch.zeros(shape), torch.zeros(shape)) for _ in self.blocks]

    def logits(self, hidden):
        return F.linear(hidden, self.embedding.weight)

    def token_logs(self, ids, R):
        """log p of the last R tokens and the entropy of each choice, (B, R)."""
        logs = self.logits(self(ids)[:, -R - 1 : -1]).log_softmax(-1)
        chosen = logs.gather(-1, ids[:, -R:, None])[..., 0]
        return chosen, -(logs.exp() * logs).sum(-1)

    def values(self, ids, R):
        return self.score(self(ids)[:, -R - 1 : -1])[..., 0]


def optimizer_of(model, t):
    return torch.optim.AdamW(
        model.parameters(),
        lr=t["learningRate"],
        betas=(t["beta1"], t["beta2"]),
        eps=t["epsilon"],
        weight_decay=t["weightDecay"],
    )


def step(model, optimizer, loss, t):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), t["gradientClip"])
    optimizer.step()


class Train:
    """Forward, backward, clipping and AdamW on one batch."""

    def __init__(self, r):
        self.t = r["training"]
        self.model = Llama(r["config"], "language", r["weights"])
        self.optimizer = optimizer_of(self.model, self.t)
        self.ids = torch.tensor(r["ids"]).view(r["B"], r["T"])

    def __call__(self):
        start = clock()
        logits = self.model.logits(self.model(self.ids)[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), self.ids[:, 1:].flatten())
        step(self.model, self.optimizer, loss, self.t)
        return {"seconds": clock() - start, "loss": loss.item()}


@torch.no_grad()
def generate(model, queries, R):
    """Ids of the responses and the log p of each, (B, R)."""
    B, P = queries.shape
    caches = model.caches(B, P + R)
    hidden = model(queries, caches)[:, -1]
    chosen, logs = [], []
    for t in range(R):
        log = model.logits(hidden).log_softmax(-1)  # (B, V)
        ids = torch.multinomial(log.exp(), 1)  # (B, 1)
        chosen.append(ids)
        logs.append(log.gather(1, ids))
        if t < R - 1:
            hidden = model(ids, caches, P + t)[:, -1]
    return torch.cat(chosen, 1), torch.cat(logs, 1)


class Generate:
    def __init__(self, r):
        self.model = Llama(r["config"], "language", r["weights"])
        self.queries = torch.randint(3, r["config"]["vocabSize"], (r["B"], r["P"]))
        self.R = r["R"]

    def __call__(self):
        start = clock()
        generate(self.model, self.queries, self.R)
        return {"seconds": clock() - start}


class Ppo:
    """One iteration of PPO as stages/6-ppo.ts does it: rollout, four models' analysis, several passes."""

    def __init__(self, r):
        self.r = r
        c = r["config"]
        self.policy = Llama(c, "language", r["weights"])
        self.reference = Llama(c, "language", r["weights"])
        self.value = Llama(c, "scalar", r["scalar"])
        self.reward = Llama(c, "scalar", r["scalar"])
        self.optimizers = [optimizer_of(m, r["training"]) for m in (self.policy, self.value)]

    def __call__(self):
        B, P, R = (self.r[k] for k in "BPR")
        start = clock()
        queries = torch.randint(3, self.r["config"]["vocabSize"], (B, P))
        responses, _ = generate(self.policy, queries, R)
        ids = torch.cat([queries, responses], 1)  # (B, P+R)
        rolled = clock()
        with torch.no_grad():
            logs, _ = self.policy.token_logs(ids, R)
            reference, _ = self.reference.token_logs(ids, R)
            values = self.value.values(ids, R)
            scores = self.reward.score(self.reward(ids)[:, -1])[:, 0]
            advantages = self.advantages(logs, reference, values, scores)
            returns = advantages + values
            advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        scored = clock()
        for _ in range(self.r["epochs"]):
            self.update(ids, logs, values, advantages, returns)
        ended = clock()
        return {
            "seconds": ended - start,
            "rollout": rolled - start,
            "scoring": scored - rolled,
            "updates": ended - scored,
        }

    def advantages(self, logs, reference, values, scores):
        """Generalized advantages (B, R): KL at every token, the score at the last; discount 1, lambda 0.95."""
        rewards = -self.r["klCoefficient"] * (logs - reference)
        rewards[:, -1] += scores
        R = rewards.shape[1]
        advantage, columns = 0.0, []
        for t in reversed(range(R)):
            after = values[:, t + 1] if t < R - 1 else 0.0
            advantage = rewards[:, t] + after - values[:, t] + 0.95 * advantage
            columns.append(advantage)
        return torch.stack(columns[::-1], 1)

    def update(self, ids, old_logs, old_values, advantages, returns):
        R, t = self.r["R"], self.r["training"]
        logs, _ = self.policy.token_logs(ids, R)
        ratio = (logs - old_logs).exp()
        policy_loss = torch.max(-advantages * ratio, -advantages * ratio.clamp(0.8, 1.2)).mean()
        step(self.policy, self.optimizers[0], policy_loss, t)
        values = self.value.values(ids, R)
        near = old_values + (values - old_values).clamp(-0.2, 0.2)
        value_loss = 0.5 * torch.max((values - returns) ** 2, (near - returns) ** 2).mean()
        step(self.value, self.optimizers[1], value_loss, t)


WORK = {"train": Train, "generate": Generate, "ppo": Ppo}


def main():
    jobs = {}
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        r = json.loads(line)
        if r["op"] == "forget":
            jobs.pop(r["key"], None)
            answer = {}
        else:
            if r["key"] not in jobs:
                jobs[r["key"]] = WORK[r["op"]](r)
            answer = jobs[r["key"]]()
        answer["peakBytes"] = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps(answer), flush=True)


main()
