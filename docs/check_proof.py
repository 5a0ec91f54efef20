#!/usr/bin/env python3
"""Check a proof that an entry is in the audit trail: python3 check_proof.py PROOF [--head FILE] [--key HEX].

Needs Python 3.8 and nothing else. `manage.py audit prove` writes proofs, `audit head` heads. On its own a proof shows
that its parts agree; that they are the trail's shows a head or a public key that you have had since before.
Exit code 0: proved; 1: not so; 2: could not be checked.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

SEAL = ("number", "sealed_at", "size", "total", "root", "previous", "key_id")
PARTS = {"format", "entry", "index", "path", "seal", "signature", "public_key", "digest"}
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # the field's and the group's order, RFC 8032, 5.1
D = -121665 * pow(121666, P - 2, P) % P


class Wrong(Exception):  # noqa: N818 (says what it is)
    """Something does not fit."""


def require(holds, what):
    """Go on only where something holds."""
    if not holds:
        raise Wrong(what)


def check(proof):
    """Check that a proof's parts agree; the seal's digest is then what stands for all of them."""
    require(isinstance(proof, dict) and set(proof) == PARTS and proof["format"] == "venom-audit-proof/v1", "the format")
    entry, seal, index = proof["entry"], proof["seal"], proof["index"]
    require(isinstance(entry, dict) and isinstance(seal, dict) and set(seal) == set(SEAL), "the format")
    require(type(index) is int and type(seal["size"]) is int and 0 <= index < seal["size"], "the place below the seal")
    leaf = hashlib.sha256(b"\0venom-audit-entry/v1\n" + canonical(entry)).digest()
    path = [unhex(node, 32) for node in proof["path"]]
    require(root(leaf, index, seal["size"], path).hex() == seal["root"], "the entry is not below the seal's root")
    public, signature = unhex(proof["public_key"], 32), unhex(proof["signature"], 64)
    signed = b"venom-audit-seal/v1\n" + canonical(seal)
    require(hashlib.sha256(public).hexdigest()[:16] == seal["key_id"], "the key is not the one that the seal names")
    require(is_signed(public, signature, signed), "the seal's signature")
    require(hashlib.sha256(signed + signature).hexdigest() == proof["digest"], "the seal's digest")


def canonical(fields):
    """Write fields as they are hashed and signed."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unhex(text, size):
    """Read so many bytes."""
    require(isinstance(text, str) and re.fullmatch(f"[0-9a-f]{{{2 * size}}}", text), "hexadecimal digits")
    return bytes.fromhex(text)


def root(leaf, index, size, path):
    """The root that a leaf and the subtrees beside it lead to, RFC 6962, 2.1.1."""
    if size == 1:
        require(not path, "the path is too long")
        return leaf
    require(path, "the path is too short")
    left = 1 << ((size - 1).bit_length() - 1)
    if index < left:
        return hashlib.sha256(b"\1" + root(leaf, index, left, path[:-1]) + path[-1]).digest()
    return hashlib.sha256(b"\1" + path[-1] + root(leaf, index - left, size - left, path[:-1])).digest()


def is_signed(public, signature, message):
    """Ed25519, RFC 8032, 5.1.7: is R = S·B - h·A."""
    a, s = point(public), int.from_bytes(signature[32:], "little")
    if a is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    return encoded(add(times(s, base), times(L - h, a))) == signature[:32]


def point(data):
    """Read a point, 5.1.3, as X:Y:Z:T; None: there is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


def add(p, q):
    """Add two points, 5.1.4."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, p):
    """Multiply a point."""
    result = (0, 1, 1, 0)
    for bit in bin(number)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, p)
    return result


def encoded(p):
    """Write a point, 5.1.2."""
    inverse = pow(p[2], P - 2, P)
    return (p[1] * inverse % P | (p[0] * inverse % P & 1) << 255).to_bytes(32, "little")


def heads_in(data):
    """Read each seal's digest by its number; a line that a crash has cut short is no head."""
    kept = {}
    for line in data.splitlines():
        try:
            head = json.loads(line)
            kept[head["number"]] = head["digest"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return kept


def main():
    """Check what the arguments name and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proof", type=Path)
    parser.add_argument("--head", type=Path, help="a file of heads, a line each, that has the seal's")
    parser.add_argument("--key", help="the trail's public key, in hexadecimal")
    options = parser.parse_args()
    try:
        proof = json.loads(options.proof.read_text(encoding="utf-8"))
        kept = heads_in(options.head.read_bytes()) if options.head else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"Could not be checked: {error!r}")
        return 2
    try:
        check(proof)
        number = proof["seal"]["number"]
        require(options.key in (None, proof["public_key"]), "the key is not yours")
        require(kept.get(number, proof["digest"]) == proof["digest"], "the head that you kept is another one")
    except (Wrong, ValueError, TypeError, KeyError, RecursionError) as error:
        print(f"NOT proved: {error}")
        return 1
    if options.head and number not in kept:
        print(f"Could not be checked: the heads do not have that of seal {number}.")
        return 2
    print("Proved: this entry")
    for name, value in proof["entry"].items():
        print(f"    {name}: {json.dumps(value)}")  # in ASCII: nothing in it can move the cursor
    print(f"is number {proof['index'] + 1} of {proof['seal']['size']} below the seal {number},")
    print(f"signed by the key {proof['public_key']}" + (", which is yours." if options.key else "."))
    print("The head that you kept says the same." if options.head else f"The seal's digest is {proof['digest']}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
