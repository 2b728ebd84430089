import Bayeux
import CometDWeb
import Hummingbird

/// The web site of the demo: its pages, the client library, and the libraries of others that pages load.
struct DemoSite {
    /// The path of the Bayeux server.
    let path: String
    /// Where the libraries of others come from.
    let libraries: DemoLibraries

    /// Where the pages are.
    static let pages = "/demos"
    /// Where the client library is.
    static let scripts = "/js"
    /// Where the libraries of others are.
    static let vendor = "/js/vendor"

    /// Whether a Bayeux server at a path leaves room for the site.
    static func hasRoom(besideServerAt path: String) -> Bool {
        path != "/" && ![Self.pages, Self.scripts].contains { path == $0 || path.hasPrefix("\($0)/") }
    }

    /// Adds the site to a router.
    func add(to router: Router<BasicRequestContext>) {
        let headers: HTTPFields = [.contentSecurityPolicy: self.policy]
        router.addCometDWeb(.library, at: Self.scripts, headers: headers)
        router.addCometDWeb(.demos, at: Self.pages, headers: headers)
        router.addCometDWeb(file: "index.html", of: .demos, at: "/", headers: headers)
        let configuration = self.configuration
        router.get("\(Self.pages)/configuration.js") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "text/javascript; charset=utf-8", .cacheControl: "no-cache",
                    .xContentTypeOptions: "nosniff",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: configuration))
            )
        }
        self.addLibraries(to: router)
    }

    /// The script that tells pages where the Bayeux server is.
    var configuration: String {
        let place: JSONValue = ["path": .string(self.path)]
        return "window.cometdDemo = \(place);\n"
    }

    /// What pages may do: nothing but what comes from this server, and the scripts of others that are not installed.
    ///
    /// - SeeAlso: Content Security Policy Level 3.
    var policy: String {
        let scripts = (["'self'"] + self.libraries.foreignSources).joined(separator: " ")
        return [
            "default-src 'none'", "script-src \(scripts)", "style-src 'self'", "img-src 'self' data: blob:",
            "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'",
            "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    private func addLibraries(to router: Router<BasicRequestContext>) {
        let files = FileMiddleware<BasicRequestContext, DemoLibraryFiles>(
            fileProvider: DemoLibraryFiles(self.libraries),
            urlBasePath: Self.vendor
        )
        let libraries = self.libraries
        router.get("\(Self.vendor)/**") { request, context in
            let name = request.uri.path.dropFirst(Self.vendor.count + 1)
            var response: Response
            switch libraries.location(of: name) {
            case .file:
                response = try await files.handle(request, context: context) { _, _ in throw HTTPError(.notFound) }
                response.headers[.cacheControl] = "max-age=3600"
            case .redirect(let address):
                response = .redirect(to: address, type: .temporary)
            case nil:
                throw HTTPError(.notFound)
            }
            response.headers[.xContentTypeOptions] = "nosniff"
            return response
        }
    }
}
