import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import cometd

@Suite("DemoSite")
struct DemoSiteTests {
    /// A folder of libraries that ends with the test, laid out as Debian's: Dojo is a link, Angular is missing.
    private final class Libraries {
        let url = FileManager.default.temporaryDirectory.appending(path: "demo-libraries-\(UUID().uuidString)")

        init() throws {
            try self.write("jquery", to: "share/jquery/jquery.min.js")
            try self.write("dojo", to: "elsewhere/dojo/dojo.js")
            try self.write("base", to: "elsewhere/dojo/_base/lang.js")
            try self.write("secret", to: "elsewhere/secret.js")
            try self.write("x", to: "share/dojox/main.js")
            try FileManager.default.createSymbolicLink(
                at: self.url.appending(path: "share/dojo"),
                withDestinationURL: self.url.appending(path: "elsewhere/dojo")
            )
        }

        deinit { try? FileManager.default.removeItem(at: self.url) }

        var path: String { self.url.appending(path: "share").path }

        private func write(_ text: String, to path: String) throws {
            let file = self.url.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
    }

    private func ask(
        _ path: String,
        libraries folder: String = DemoLibraries.noFolder,
        server: String = "/cometd",
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        let router = Router(options: .autoGenerateHeadEndpoints)
        DemoSite(path: server, libraries: try DemoLibraries(folder: folder)).add(to: router)
        return try await Application(router: router).test(.router) { client in
            try await client.execute(uri: path, method: .get, headers: headers)
        }
    }

    @Test func `the start page is the list of the demos, and allows nothing but this server's scripts`() async throws {
        let folder = try Libraries()
        let response = try await self.ask("/", libraries: folder.path)

        #expect(response.status == .ok)
        #expect(String(buffer: response.body).hasPrefix("<!doctype html>"))
        let policy = try #require(response.headers[.contentSecurityPolicy])
        for rule in [
            "default-src 'none'", "style-src 'self'", "connect-src 'self'", "worker-src 'self' blob:",
            "img-src 'self' data: blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
            // Angular is not in the folder.
            "script-src 'self' https://cdn.jsdelivr.net/npm/angular@1.8.3/",
        ] {
            #expect(policy.components(separatedBy: "; ").contains(rule), "\(rule)")
        }
        #expect(try await self.ask("/demos/", libraries: folder.path).body == response.body)
    }

    @Test func `pages learn where the server is, whatever characters its path has`() async throws {
        let response = try await self.ask("/demos/configuration.js", server: #"/a"b\</script>"#)

        #expect(response.headers[.contentType] == "text/javascript; charset=utf-8")
        #expect(String(buffer: response.body) == #"window.cometdDemo = {"path":"/a\"b\\</script>"};"# + "\n")
    }

    @Test(arguments: [
        ("jquery.js", "jquery"), ("dojo/dojo.js", "dojo"), ("dojo/_base/lang.js", "base"), ("dojox/main.js", "x"),
    ])
    func `installed libraries come from their folder, through links, too`(name: String, text: String) async throws {
        let folder = try Libraries()
        let response = try await self.ask("/js/vendor/\(name)", libraries: folder.path)

        #expect(response.status == .ok)
        #expect(String(buffer: response.body) == text)
        #expect(response.headers[.contentType]?.hasPrefix("text/javascript") == true)
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
        let tag = try #require(response.headers[.eTag])
        let again = try await self.ask(
            "/js/vendor/\(name)",
            libraries: folder.path,
            headers: [.ifNoneMatch: tag]
        )
        #expect(again.status == .notModified)
    }

    @Test(arguments: [
        "", "dojo", "dojo/", "dojo/nothing.js", "dojo/_base", "dojo/../secret.js", "dojo/%2e%2e/secret.js",
        "dojo/..%2fsecret.js", "dojo//secret.js", "dojo/.hidden", "../elsewhere/secret.js", "jquery.js/x", "share",
        "dojo/_base/../../secret.js", "dojo/dojo.js%00", "dojo/_base%5c..%5csecret.js", "elsewhere/secret.js",
    ])
    func `nothing leads out of the libraries`(name: String) async throws {
        let folder = try Libraries()
        #expect(try await self.ask("/js/vendor/\(name)", libraries: folder.path).status == .notFound)
    }

    @Test func `what is not installed comes from the public network, in a fixed version`() async throws {
        let folder = try Libraries()
        for (name, libraries, address) in [
            ("angular.js", folder.path, "angular@1.8.3/angular.min.js"),
            ("jquery.js", "none", "jquery@3.6.1/dist/jquery.min.js"),
            ("dojo/_base/lang.js", "none", "dojo@1.17.2/_base/lang.js"), ("dojox/x.js", "none", "dojox@1.17.2/x.js"),
        ] {
            let response = try await self.ask("/js/vendor/\(name)", libraries: libraries)
            #expect(response.status == .temporaryRedirect)
            #expect(response.headers[.location] == "https://cdn.jsdelivr.net/npm/\(address)")
        }
        #expect(try await self.ask("/js/vendor/dojo/../x.js").status == .notFound)
    }

    @Test func `a folder that does not exist is told`() {
        #expect(throws: CommandFailure(.usage, "--demo-libraries: there is no folder '/no/such/folder'")) {
            try DemoLibraries(folder: "/no/such/folder")
        }
    }

    @Test(arguments: [("/", false), ("/js", false), ("/demos/x", false), ("/cometd", true), ("/jsx", true)])
    func `the site needs room beside the server`(path: String, hasRoom: Bool) {
        #expect(DemoSite.hasRoom(besideServerAt: path) == hasRoom)
    }
}
