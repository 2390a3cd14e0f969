"""The queues of agents of a project. From memory: there is no swagger of this area at hand."""

from __future__ import annotations

from .ids import guid
from .routing import Call, Response, Route, answer_list

QUEUES = ((18, "Azure Pipelines", 9, True), (21, "shop-pool", 14, False))


def list_queues(call: Call) -> Response:
    ids = call.words("queueids")
    found = [
        {
            "id": number,
            "projectId": call.project.id,
            "name": name,
            "pool": {
                "id": pool,
                "scope": guid("scope", "pool"),
                "name": name,
                "isHosted": hosted,
                "poolType": "automation",
                "size": 1,
                "isLegacy": False,
            },
        }
        for number, name, pool, hosted in QUEUES
        if not ids or str(number) in ids
    ]
    return answer_list(found)


ROUTES = [
    Route("GET", "dev", "distributedtask/queues", list_queues, preview=True),
]
