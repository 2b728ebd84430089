import CometDServer
import Hummingbird
import NIOCore

/// The demo's start page: shows that the server is alive and how to talk to it.
///
/// It is one document without anything to load, and works with JavaScript only.
struct StartPage {
    /// The path of the Bayeux server.
    let path: String

    /// The page, for one request.
    func response() -> Response {
        let nonce = Self.nonce()
        let policy = [
            "default-src 'none'", "script-src 'nonce-\(nonce)'", "style-src 'nonce-\(nonce)'", "img-src data:",
            "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ]
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy: policy.joined(separator: "; "),
                .xContentTypeOptions: "nosniff",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: self.document(nonce: nonce)))
        )
    }

    /// The document.
    ///
    /// - Parameter nonce: What the style and the script are recognised by; see Content Security Policy Level 3.
    /// - Returns: HTML.
    func document(nonce: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>CometD</title>
        <link rel="icon" href="data:,">
        <style nonce="\(nonce)">
        \(Self.style)
        </style>
        </head>
        <body data-path="\(self.path.htmlEscaped)">
        \(Self.body)
        <script nonce="\(nonce)">
        \(Self.script)
        </script>
        </body>
        </html>

        """
    }

    /// 128 random bits.
    private static func nonce() -> String {
        (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    }
}

extension String {
    /// The text as the value of an attribute.
    fileprivate var htmlEscaped: String {
        let entities: [Character: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"]
        return self.map { entities[$0] ?? String($0) }.joined()
    }
}
