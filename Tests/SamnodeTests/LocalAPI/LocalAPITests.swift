import Gossip
import Inference
import NIOCore
import Overlay
import Testing

@testable import samnode

struct LocalAPITests {
    private static let body = #"{"model":"m","messages":[]}"#

    private static func serviceList() -> [AnnouncedService] {
        func service(_ byte: UInt8, _ name: String, _ models: [String], seconds: UInt64) -> AnnouncedService {
            let provider = TestMesh.provider(byte, service: name)
            return AnnouncedService(
                host: provider.host, isLocal: provider.isLocal, name: provider.service, summary: "about \(name)",
                models: models, announcedAt: WallTime(seconds: seconds))
        }
        return [
            service(1, "inference:remote", ["org/model:free", "shared"], seconds: 200),
            service(0, "inference:own", ["shared"], seconds: 100), service(2, "mcp:tools", [], seconds: 300),
        ]
    }

    @Test func publicPathsNeedNoToken() async throws {
        let mesh = TestMesh()
        try await APIHarness.run(mesh) { api in
            #expect(try await api.request("GET", "/healthz", fields: []).status == 200)
            #expect(try await api.request("GET", "/readyz", fields: []).status == 200)
            let metrics = try await api.request("GET", "/metrics", fields: [])
            #expect(metrics.status == 200)
            #expect(metrics.text.contains("sam_node_drops_total 6\n"))
            mesh.change { $0.readiness = .notReady("no links") }
            let ready = try await api.request("GET", "/readyz", fields: [])
            #expect(ready.status == 503)
            #expect(ready.text.contains("no links"))
        }
    }

    @Test func everyOtherPathNeedsTheToken() async throws {
        try await APIHarness.run(TestMesh()) { api in
            let paths = [
                ("GET", "/v1/models"), ("GET", "/v1/models/m"), ("POST", "/v1/chat/completions"),
                ("GET", "/sam/service/discover?type=mcp"), ("GET", "/sam/node/status"), ("GET", "/nothing"),
                ("GET", "/sam/\(TestMesh.peer(1))/inference/demo/v1/models"),
            ]
            for (method, path) in paths {
                let missing = try await api.request(method, path, fields: [])
                #expect(missing.status == 401, "\(path)")
                #expect(missing.code == "invalid_api_key")
                #expect(missing.type == "authentication_error")
                #expect(missing.header("x-request-id")?.hasPrefix("req_") == true)
                let wrong = try await api.request(method, path, fields: [("X-Sam-Authentication", "Bearer no")])
                #expect(wrong.status == (path.hasPrefix("/sam/12D3") ? 403 : 401), "\(path)")
            }
            let raw = try await api.request("GET", "/sam/\(TestMesh.peer(1))/inference/demo")
            #expect(raw.status == 401, "Authorization is not the gate of the raw proxy")
        }
    }

    @Test func listsModels() async throws {
        try await APIHarness.run(TestMesh(services: Self.serviceList())) { api in
            let list = try await api.request("GET", "/v1/models")
            let remote = TestMesh.peer(1).text
            let expected =
                #"{"data":[{"created":200,"id":"org/model:free","object":"model","owned_by":"\#(remote)"},"#
                + #"{"created":100,"id":"shared","object":"model","owned_by":"local"}],"object":"list"}"#
            #expect(list.text == expected)
            for path in ["/v1/models/org/model:free", "/v1/models/org%2Fmodel:free", "/v1/models/org%2Fmodel%3Afree"] {
                let one = try await api.request("GET", path)
                #expect(one.status == 200)
                #expect(one.text.contains(#""id":"org/model:free""#))
            }
            let unknown = try await api.request("GET", "/v1/models/none")
            #expect(unknown.status == 404)
            #expect(unknown.code == "model_not_found")
        }
    }

    @Test func discoversServices() async throws {
        try await APIHarness.run(TestMesh(services: Self.serviceList())) { api in
            let found = try await api.request("GET", "/sam/service/discover?type=inference&name=remote&timeout=5s")
            let peer = TestMesh.peer(1).text
            let expected =
                #"[{"local_proxy_url":"http://127.0.0.1:\#(api.port)/sam/\#(peer)/inference/remote","#
                + #""peer_id":"\#(peer)","srv_description":"about inference:remote","srv_name":"remote"}]"#
            #expect(found.text == expected)
            let events = try await api.request("GET", "/sam/service/discover?type=SERVICE_TYPE_MCP&stream=true")
            #expect(events.header("content-type") == "text/event-stream")
            #expect(events.text.hasPrefix("data: {"))
            #expect(events.text.hasSuffix("}\n\nevent: done\ndata: {}\n\n"))
            let page = try await api.request("GET", "/sam/service/discover?type=inference&limit=1&offset=1")
            #expect((page.json as? [Any])?.count == 1)
            for (query, message) in [
                ("", "type query parameter is required"), ("type=x", "Invalid or unspecified service type"),
                ("type=mcp&timeout=soon", "Invalid timeout parameter"),
                ("type=mcp&limit=-1", "Invalid limit parameter"),
            ] {
                let refused = try await api.request("GET", "/sam/service/discover?\(query)")
                #expect(refused.status == 400)
                #expect(refused.message?.contains(message) == true)
            }
        }
    }

    @Test func reportsOnTheNode() async throws {
        try await APIHarness.run(TestMesh()) { api in
            let status = try await api.request("GET", "/sam/node/status")
            #expect(status.text.contains(#""catalog_entries":4"#))
            #expect(try await api.request("GET", "/sam/node/peers").text == "[]")
            #expect(try await api.request("GET", "/sam/node/catalog").text == "[]")
            let route = try await api.request("GET", "/sam/node/route?model=a%2Fb")
            #expect(route.text == #"{"candidates":[],"model":"a/b"}"#)
            #expect(try await api.request("GET", "/sam/node/route").status == 400)
            #expect(try await api.request("POST", "/sam/node/status").status == 405)
        }
    }

    @Test func errorsHaveTheShapeThatSDKsRead() async throws {
        let mesh = TestMesh(providers: ["labelled": [TestMesh.provider(1, labels: "region=eu")]])
        var facade = FacadeSettings()
        facade.bodyCapacity = 1_000
        try await APIHarness.run(mesh, facade: facade) { api in
            let large = "{\"model\":\"m\",\"x\":\"\(String(repeating: "x", count: 2_000))\"}"
            let cases: [(String, String, String?, Int, String)] = [
                ("POST", "/v1/chat/completions", "{", 400, "invalid_request"),
                ("POST", "/v1/chat/completions", "{}", 400, "invalid_request"),
                ("POST", "/v1/completions", #"{"model":"none"}"#, 404, "model_not_found"),
                ("POST", "/v1/embeddings", large, 413, "request_too_large"),
                ("GET", "/v1/chat/completions", nil, 405, "method_not_allowed"),
                ("GET", "/v1/threads", nil, 404, "not_found"), ("GET", "/v2", nil, 404, "not_found"),
            ]
            for (method, path, body, status, code) in cases {
                let reply = try await api.request(method, path, body: body)
                #expect(reply.status == status, "\(method) \(path)")
                #expect(reply.code == code)
                #expect(reply.header("content-type") == "application/json")
                #expect(reply.header("x-request-id")?.isEmpty == false)
            }
            let authorization = ("authorization", "Bearer \(APIHarness.token)")
            let labels = { (value: String) in [authorization, ("X-Sam-Required-Labels", value)] }
            let labelled = #"{"model":"labelled"}"#
            for (value, code) in [
                ("region=us", "no_eligible_provider"), ("region=eu", "no_available_provider"),
                ("region", "invalid_request"), ("a=b,,c=d", "invalid_request"), ("a=b,a=c", "invalid_request"),
            ] {
                let reply = try await api.request("POST", "/v1/completions", body: labelled, fields: labels(value))
                #expect(reply.code == code, "\(value)")
            }
            let zipped = [authorization, ("content-encoding", "gzip")]
            #expect(try await api.request("POST", "/v1/completions", body: "x", fields: zipped).status == 415)
        }
    }

    @Test func bodyAndAnswerPassUnchanged() async throws {
        let sent = #"{ "unknown" : [1.0, 1e2], "model":"m","messages":[] }"#
        let answer = #"{"id":"x" , "reasoning_content":"…"}"#
        let received = Signal<String>()
        let mesh = TestMesh(providers: ["m": [TestMesh.provider(1)]]) { _, _, body in
            received.send(try await collect(body))
            return .complete(
                answer, status: 201,
                fields: [
                    HeaderField(name: "X-RateLimit-Remaining", value: "7"),
                    HeaderField(name: "Connection", value: "close"),
                    HeaderField(name: "x-request-id", value: "theirs"),
                    HeaderField(name: "x-sam-provider", value: "a lie"),
                    HeaderField(name: "content-length", value: "\(answer.utf8.count)"),
                ])
        }
        try await APIHarness.run(mesh) { api in
            let reply = try await api.request(
                "POST", "/v1/chat/completions?a=%2F", body: sent,
                fields: [
                    ("authorization", "Bearer \(APIHarness.token)"), ("x-request-id", "mine-1"),
                    ("x-stainless-lang", "swift"), ("x-sam-agent", "no"),
                ])
            #expect(try await received.wait() == sent)
            #expect(reply.status == 201)
            #expect(reply.text == answer)
            let expected = [
                "x-request-id": "mine-1", "x-sam-upstream-request-id": "theirs", "x-ratelimit-remaining": "7",
                "x-sam-provider": TestMesh.peer(1).text, "x-sam-service": "inference:demo", "x-sam-attempts": "1",
                "x-sam-hops": "1", "x-sam-route": "direct",
            ]
            for (name, value) in expected { #expect(reply.headers[name] == [value], "\(name)") }
            #expect(reply.header("connection") == nil)
            let asked = try #require(mesh.requests.first)
            #expect(asked.head.path == "/inference/demo/v1/chat/completions?a=%2F")
            #expect(asked.head.method == "POST")
            #expect(asked.head.fields.first("x-request-id") == "mine-1")
            #expect(asked.head.fields.first("content-length") == "\(sent.utf8.count)")
            #expect(asked.head.fields.first("x-stainless-lang") == "swift")
            for name in ["authorization", "host", "x-sam-agent", "connection"] {
                #expect(asked.head.fields.first(name) == nil, "\(name)")
            }
            #expect(
                api.registry.exposition().contains(
                    "sam_node_request_duration_seconds_count{route=\"direct\",code=\"201\"} 1"))
        }
    }

    @Test func asksTheNextHostWhenOneFails() async throws {
        let providers = [TestMesh.provider(1), TestMesh.provider(2), TestMesh.provider(3), TestMesh.provider(4)]
        let mesh = TestMesh(providers: ["m": providers]) { host, _, _ in
            switch host {
            case TestMesh.peer(1): throw ExchangeFailure.unreachable("off")
            case TestMesh.peer(2): return .complete("busy", status: 503)
            default: return .complete("fine")
            }
        }
        try await APIHarness.run(mesh) { api in
            let first = try await api.request("POST", "/v1/completions", body: Self.body)
            #expect(first.text == "fine")
            #expect(first.header("x-sam-attempts") == "3")
            #expect(first.header("x-sam-provider") == TestMesh.peer(3).text)
            let second = try await api.request("POST", "/v1/completions", body: Self.body)
            #expect(second.header("x-sam-attempts") == "1", "the two that failed come last now")
            let metrics = api.registry.exposition()
            #expect(metrics.contains("sam_node_facade_retries_total 2\n"))
            #expect(metrics.contains("sam_node_facade_rejections_total{reason=\"provider_backoff\"} 2\n"))
            #expect(metrics.contains("sam_node_requests_in_flight 0\n"))
        }
    }

    @Test func saysThatEverythingWasTried() async throws {
        let mesh = TestMesh(providers: ["down": [TestMesh.provider(1)], "busy": [TestMesh.provider(2)]]) { host, _, _ in
            if host == TestMesh.peer(1) { throw ExchangeFailure.unreachable("off") }
            return .complete("slow down", status: 429, fields: [HeaderField(name: "Retry-After", value: "9")])
        }
        try await APIHarness.run(mesh) { api in
            let down = try await api.request("POST", "/v1/completions", body: #"{"model":"down"}"#)
            #expect(down.status == 503)
            #expect(down.code == "no_available_provider")
            #expect(down.header("x-should-retry") == "false")
            let busy = try await api.request("POST", "/v1/completions", body: #"{"model":"busy"}"#)
            #expect(busy.status == 429)
            #expect(busy.text == "slow down")
            #expect(busy.header("retry-after") == "9")
            #expect(busy.header("x-should-retry") == nil)
            mesh.change { $0.providers = [:] }
            let gone = try await api.request("POST", "/v1/completions", body: #"{"model":"down"}"#)
            #expect(gone.status == 503, "it was served a moment ago")
            #expect(gone.header("retry-after-ms") == "2000")
        }
    }

    @Test func refusalsAreNotTriedElsewhere() async throws {
        let mesh = TestMesh(providers: ["m": [TestMesh.provider(1), TestMesh.provider(2)]]) { _, _, _ in
            throw ExchangeFailure.refused(
                status: 403, code: "permission_denied", message: "no grant for inference:demo")
        }
        try await APIHarness.run(mesh) { api in
            let reply = try await api.request("POST", "/v1/completions", body: Self.body)
            #expect(reply.status == 403)
            #expect(reply.type == "permission_error")
            #expect(reply.message == "no grant for inference:demo")
            #expect(mesh.requests.count == 1)
        }
    }

    @Test func rawProxyKeepsThePath() async throws {
        let received = Signal<String>()
        let mesh = TestMesh { _, _, body in
            received.send(try await collect(body))
            return .complete("raw")
        }
        try await APIHarness.run(mesh) { api in
            let peer = TestMesh.peer(7).text
            let own = ("X-Sam-Authentication", "Bearer \(APIHarness.token)")
            let reply = try await api.request(
                "PUT", "/sam/\(peer)/mcp/tools/a%2Fb//c;d?x=%20&y", body: "upload",
                fields: [own, ("authorization", "Bearer for-the-provider")])
            #expect(reply.text == "raw")
            #expect(try await received.wait() == "upload")
            let asked = try #require(mesh.requests.first)
            #expect(asked.host == TestMesh.peer(7))
            #expect(asked.head.path == "/mcp/tools/a%2Fb//c;d?x=%20&y")
            #expect(asked.head.method == "PUT")
            #expect(asked.head.fields.first("authorization") == "Bearer for-the-provider")
            #expect(asked.head.fields.first("x-sam-authentication") == nil)
            let bad = ["/sam/nobody/mcp/tools", "/sam/\(peer)/ftp/tools", "/sam/\(peer)/mcp/.tools"]
            for path in bad { #expect(try await api.request("GET", path, fields: [own]).status == 400, "\(path)") }
            #expect(try await api.request("GET", "/sam/\(peer)/mcp", fields: [own]).status == 404)
        }
    }
}
