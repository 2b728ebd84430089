public import Hummingbird

extension RouterMethods {
    /// Serves files that are part of the program.
    ///
    /// ```swift
    /// let router = Router()
    /// router.addCometDWeb(at: "/js")      // pages load /js/cometd/cometd.js
    /// ```
    ///
    /// Each file gets a route of its own, for GET and HEAD; there is nothing else to be had below the path, and other
    /// routes may stand beside them. `index.html` is also what its folder answers. Answers have a strong entity tag,
    /// are compressed where the client takes that, and may be used for a minute without asking again; pages are asked
    /// for each time.
    ///
    /// - Parameters:
    ///   - files: The files. Default: the client library in JavaScript.
    ///   - path: Where they are. Default `/js`.
    ///   - headers: What is sent with each file, such as a `Content-Security-Policy` for pages. Default: nothing.
    /// - Returns: The router itself.
    @discardableResult
    public func addCometDWeb(
        _ files: WebFiles = .library,
        at path: String = "/js",
        headers: HTTPFields = [:]
    ) -> Self {
        let base = path.split(separator: "/").map { "/\($0)" }.joined()
        for (name, file) in files.files {
            self.add(WebFileResponse(file: file, headers: headers), at: "\(base)/\(name)")
            guard name == "index.html" || name.hasSuffix("/index.html") else { continue }
            let folder = "\(base)/\(name.dropLast("index.html".count))"
            self.add(WebFileResponse(file: file, headers: headers), at: folder)
        }
        return self
    }

    /// Serves one of the files at another path.
    ///
    /// - Parameters:
    ///   - name: The file's path.
    ///   - files: Where it is; nothing is served when it is not there.
    ///   - path: Where it is to be had.
    ///   - headers: What is sent with it.
    package func addCometDWeb(file name: String, of files: WebFiles, at path: String, headers: HTTPFields) {
        guard let file = files.files[name] else { return }
        self.add(WebFileResponse(file: file, headers: headers), at: path)
    }

    /// Serves one file at a path; a path that ends in a slash is a folder's.
    private func add(_ answer: WebFileResponse, at path: String) {
        let isFolder = path.hasSuffix("/")
        for method in [HTTPRequest.Method.get, .head] {
            self.on(RouterPath(path), method: method) { request, _ in
                // The router does not tell them apart, but what the page loads by relative paths depends on it.
                guard !isFolder || request.uri.path.hasSuffix("/") else {
                    return Response.redirect(to: path, type: .temporary)
                }
                return answer.response(to: request)
            }
        }
    }
}
