"""Reads a server by the package georeport, as its users do. Whatever is not as it has to be ends it with an exception.

Arguments: the address of the endpoint, the ids of two matters that are published, and of one that is not.
"""

import sys
from datetime import datetime, timedelta, timezone

import requests
from georeport import GeoReport

root, one, other, inner = sys.argv[1:]
yesterday = (datetime.now(timezone.utc) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

for form in ("json", "xml"):
    client = GeoReport(root, output_format=form)

    services = client.get_service_list()
    codes = {service["service_code"] for service in services}
    assert {"parking", "noise", "other"} <= codes, codes
    parking = next(service for service in services if service["service_code"] == "parking")
    assert parking["service_name"] == "停车", parking
    assert parking["metadata"] in (True, "true"), parking

    definition = client.get_service_definition("parking")
    assert definition["service_code"] == "parking", definition

    found = client.get_service_requests()
    assert {request["service_request_id"] for request in found} == {one, other}, found
    assert all(isinstance(request["service_request_id"], str) for request in found), found
    assert {request["status"] for request in client.get_service_requests(status="open")} == {"open"}
    both = client.get_service_requests(service_request_id=f"{one},{other},{inner}")
    assert len(both) == 2, both
    assert len(client.get_service_requests(service_code="noise,parking", start_date=yesterday)) == 2

    request = client.get_service_request(one)
    assert request["service_request_id"] == one, request
    assert request["description"] == "广场晚上太吵 <&>", request

    for missing in (inner, "nothing"):
        try:
            client.get_service_request(missing)
        except requests.HTTPError as error:
            assert error.response.status_code == 404, error
        else:
            raise AssertionError(f"{form}: {missing} was told")

print("read")
