import CZlib
import CometDWeb
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("Serving the files")
struct ServingTests {
    private static let script = "/js/cometd/cometd.js"

    /// Asks an application that serves the library at `/js` and the demo's pages at `/demos`.
    private func ask(
        _ path: String,
        _ method: HTTPRequest.Method = .get,
        _ headers: HTTPFields = [:],
        options: RouterOptions = []
    ) async throws -> TestResponse {
        let router = Router(options: options)
        router.addCometDWeb(at: "/js")
        router.addCometDWeb(.demos, at: "/demos", headers: [.contentSecurityPolicy: "default-src 'self'"])
        router.get("/js/own.js") { _, _ in "own" }
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: method, headers: headers)
        }
    }

    @Test(arguments: [
        ("/js/cometd/cometd.js", "text/javascript; charset=utf-8"), ("/demos/index.html", "text/html; charset=utf-8"),
        ("/demos/", "text/html; charset=utf-8"), ("/demos/shared/style.css", "text/css; charset=utf-8"),
        ("/demos/shared/icon.svg", "image/svg+xml"),
    ])
    func `a file has its type, and is taken for no other`(path: String, type: String) async throws {
        let response = try await self.ask(path)

        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == type)
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
        #expect(response.headers[.vary] == "Accept-Encoding")
        #expect(response.headers[.contentLength] == "\(response.body.readableBytes)")
    }

    @Test func `pages are asked for each time, what they load once a minute`() async throws {
        #expect(try await self.ask("/demos/").headers[.cacheControl] == "no-cache")
        #expect(try await self.ask(Self.script).headers[.cacheControl] == "max-age=60, must-revalidate")
    }

    @Test func `the headers of the application are sent with the files`() async throws {
        #expect(try await self.ask("/demos/").headers[.contentSecurityPolicy] == "default-src 'self'")
        #expect(try await self.ask(Self.script).headers[.contentSecurityPolicy] == nil)
    }

    @Test func `who has the file already is told so`() async throws {
        let tag = try #require(try await self.ask(Self.script).headers[.eTag])
        #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))

        for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let response = try await self.ask(Self.script, .get, [.ifNoneMatch: known])
            #expect(response.status == .notModified, "\(known)")
            #expect(response.body.readableBytes == 0)
            #expect(response.headers[.eTag] == tag)
            #expect(response.headers[.cacheControl] != nil)
        }
        for unknown in ["\"x\"", tag.replacing("\"", with: ""), ""] {
            #expect(try await self.ask(Self.script, .get, [.ifNoneMatch: unknown]).status == .ok, "\(unknown)")
        }
    }

    @Test(arguments: ["gzip", "br, GZIP;q=0.5", "*", "deflate, x-gzip"])
    func `who takes gzip gets it, with a tag of its own`(accepted: String) async throws {
        let plain = try await self.ask(Self.script)
        let zipped = try await self.ask(Self.script, .get, [.acceptEncoding: accepted])

        #expect(zipped.headers[.contentEncoding] == "gzip")
        #expect(zipped.body.readableBytes < plain.body.readableBytes / 2)
        #expect(zipped.headers[.eTag] != plain.headers[.eTag])
        #expect(Self.gunzip(zipped.body, upTo: plain.body.readableBytes) == plain.body)
        let known = try #require(zipped.headers[.eTag])
        let again = try await self.ask(Self.script, .get, [.acceptEncoding: accepted, .ifNoneMatch: known])
        #expect(again.status == .notModified && again.headers[.eTag] == known)
    }

    @Test(arguments: ["", "br", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "identity"])
    func `who does not take gzip gets the file as it is`(accepted: String) async throws {
        let response = try await self.ask(Self.script, .get, [.acceptEncoding: accepted])

        #expect(response.status == .ok && response.headers[.contentEncoding] == nil)
    }

    @Test(arguments: [RouterOptions(), .autoGenerateHeadEndpoints])
    func `HEAD tells what GET would`(options: RouterOptions) async throws {
        let response = try await self.ask(Self.script, .head, options: options)
        let whole = try await self.ask(Self.script)

        #expect(response.status == .ok && response.body.readableBytes == 0)
        #expect(response.headers[.contentLength] == whole.headers[.contentLength])
        #expect(response.headers[.eTag] == whole.headers[.eTag])
    }

    @Test(arguments: [
        "/js", "/js/", "/js/cometd", "/js/cometd/nothing.js", "/js/cometd/../cometd/cometd.js",
        "/js/cometd/%2e%2e/cometd/cometd.js", "/js/..%2fdemos/index.html", "/js//etc/passwd", "/demos/../../etc/passwd",
        "/dist/cometd/cometd.js", "/js/cometd/cometd.js%00",
    ])
    func `there is nothing but the files`(path: String) async throws {
        #expect(try await self.ask(path).status == .notFound)
    }

    @Test func `other methods do not exist, and other routes may stand beside the files`() async throws {
        #expect(try await self.ask(Self.script, .post).status == .notFound)
        #expect(String(buffer: try await self.ask("/js/own.js").body) == "own")
    }

    @Test func `a folder is asked for with a slash at its end, so that relative paths work`() async throws {
        let response = try await self.ask("/demos")

        #expect(response.status == .temporaryRedirect)
        #expect(response.headers[.location] == "/demos/")
    }

    /// What a gzip body holds.
    private static func gunzip(_ body: ByteBuffer, upTo count: Int) -> ByteBuffer? {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard CZlib_inflateInit2(stream, MAX_WBITS + 16) == Z_OK else { return nil }
        defer { inflateEnd(stream) }
        var result = ByteBuffer()
        var isWhole = false
        _ = body.withUnsafeReadableBytes { source in
            result.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.assumingMemoryBound(to: Bytef.self).baseAddress
                )
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = space.assumingMemoryBound(to: Bytef.self).baseAddress
                stream.pointee.avail_out = UInt32(space.count)
                isWhole = inflate(stream, Z_FINISH) == Z_STREAM_END
                return space.count - Int(stream.pointee.avail_out)
            }
        }
        return isWhole ? result : nil
    }
}
