import Hummingbird

/// The answer to a request for a file that is part of the program.
struct WebFileResponse {
    /// How long what a page loads may be used without asking again.
    ///
    /// The names of the files have no version in them, so that this is short. Pages are asked for each time.
    static let maxAge = 60

    let file: WebFile
    /// What is sent with the file, besides what it says of itself.
    let headers: HTTPFields

    /// The answer.
    ///
    /// - Parameter request: A GET or HEAD request.
    /// - Returns: The file, by gzip where the client takes that; 304 where it has it already.
    func response(to request: Request) -> Response {
        let gzipped = Self.takesGzip(request.headers[values: .acceptEncoding]) ? self.file.gzipped : nil
        var headers = self.headers
        headers[.eTag] = self.entityTag(isGzipped: gzipped != nil)
        headers[.cacheControl] = self.file.isPage ? "no-cache" : "max-age=\(Self.maxAge), must-revalidate"
        headers[.vary] = "Accept-Encoding"
        headers[.xContentTypeOptions] = "nosniff"
        if self.isKnown(to: request) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = self.file.contentType
        if gzipped != nil { headers[.contentEncoding] = "gzip" }
        let response = Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: gzipped ?? self.file.content)
        )
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Each form of the content has a tag of its own.
    private func entityTag(isGzipped: Bool) -> String { "\"\(self.file.tag)\(isGzipped ? "-gzip" : "")\"" }

    /// Whether the client has one of the forms of the content already.
    ///
    /// - SeeAlso: RFC 9110, section 13.1.2, whose weak comparison this is.
    private func isKnown(to request: Request) -> Bool {
        let own = [self.entityTag(isGzipped: false), self.entityTag(isGzipped: true)]
        for list in request.headers[values: .ifNoneMatch] {
            for candidate in list.split(separator: ",") {
                let tag = candidate.filter { $0 != " " && $0 != "\t" }
                if tag == "*" || own.contains(tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag) { return true }
            }
        }
        return false
    }

    /// Whether a client takes contents by gzip.
    ///
    /// - Parameter fields: The values of the header `Accept-Encoding`.
    /// - Returns: Whether they allow it.
    /// - SeeAlso: RFC 9110, section 12.5.3.
    static func takesGzip(_ fields: [String]) -> Bool {
        var anything = false
        for field in fields {
            for item in field.lowercased().split(separator: ",") {
                let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
                switch parts.first {
                case "gzip", "x-gzip": return weight > 0
                case "*": anything = weight > 0
                default: continue
                }
            }
        }
        return anything
    }
}
