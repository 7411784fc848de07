"""Answers requests of the round-trip test with biscuit-python, the reference implementation.

Reads one JSON object per line and writes one JSON object per line:

    {"op": "inspect", "token", "root", "authorizers"}  -> sources, external keys, revocation ids, outcomes
    {"op": "evaluate", "expressions"} -> outcomes, "true", "false" or the error's text
    {"op": "build", "root", "root_key_id", "blocks", "authorizers"} -> token, and all of the above

A block is {"source"} or {"source", "third_party": private key}. Outcomes are "ok <policy>" or the error's text.
"""

import datetime
import json
import sys

import biscuit_auth as biscuit


def outcome(token, source):
    builder = biscuit.AuthorizerBuilder(source)
    limits = builder.limits()
    limits.max_time = datetime.timedelta(seconds=20)
    builder.set_limits(limits)
    try:
        return f"ok {builder.build(token).authorize()}"
    except biscuit.AuthorizationError as error:
        return str(error)


def evaluate(expression):
    builder = biscuit.AuthorizerBuilder(f"check if {expression}; allow if true;")
    limits = builder.limits()
    limits.max_time = datetime.timedelta(seconds=20)
    builder.set_limits(limits)
    try:
        builder.build_unauthenticated().authorize()
        return "true"
    except biscuit.AuthorizationError as error:
        return "false" if str(error).startswith("authorization failed") else str(error)


def describe(token, authorizers):
    blocks = range(token.block_count())
    keys = [token.block_external_key(index) for index in blocks]
    return {
        "sources": [token.block_source(index) for index in blocks],
        "external_keys": [None if key is None else str(key) for key in keys],
        "revocation_ids": list(token.revocation_ids),
        "outcomes": [outcome(token, source) for source in authorizers],
    }


def build(request):
    blocks = request["blocks"]
    builder = biscuit.BiscuitBuilder(blocks[0]["source"])
    if request["root_key_id"] is not None:
        builder.set_root_key_id(request["root_key_id"])
    token = builder.build(biscuit.PrivateKey(request["root"]))
    for block in blocks[1:]:
        content = biscuit.BlockBuilder(block["source"])
        if "third_party" in block:
            key = biscuit.PrivateKey(block["third_party"])
            signed = token.third_party_request().create_block(key, content)
            token = token.append_third_party(biscuit.KeyPair.from_private_key(key).public_key, signed)
        else:
            token = token.append(content)
    return token


def answer(request):
    if request["op"] == "evaluate":
        return {"outcomes": [evaluate(expression) for expression in request["expressions"]]}
    if request["op"] == "inspect":
        token = biscuit.Biscuit.from_base64(request["token"], biscuit.PublicKey(request["root"]))
        return describe(token, request["authorizers"])
    token = build(request)
    return {"token": token.to_base64(), **describe(token, request["authorizers"])}


def main():
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line))
        except Exception as error:  # A refusal is an answer; the test decides whether it is the right one.
            reply = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply))


if __name__ == "__main__":
    main()
