import Hummingbird

/// The start page and its script, which are part of the program.
struct PageRoutes {
    func add(to router: Router<BasicRequestContext>) {
        router.get("/") { _, _ in
            Self.answer(PackageResources.index_html, type: "text/html; charset=utf-8")
        }
        router.get("/client.js") { _, _ in
            Self.answer(PackageResources.client_js, type: "text/javascript; charset=utf-8")
        }
    }

    private static func answer(_ content: [UInt8], type: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type,
                .contentSecurityPolicy: "default-src 'self'",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: content))
        )
    }
}
