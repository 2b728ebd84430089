public import NIOCore

extension ScriptedHTTPServer {
    /// A request that came, with its whole body.
    public struct Request: Sendable {
        /// The method, as in `POST`.
        public var method: String
        /// The target, as it stood in the request line.
        public var uri: String
        /// The fields, in order; names as they were written, values without the spaces around them.
        public var headers: [(String, String)]
        /// The body, without the framing of chunks.
        public var body: ByteBuffer

        /// The first value of a field; its name in any case.
        public func header(_ name: String) -> String? {
            let name = name.lowercased()
            return self.headers.first { $0.0.lowercased() == name }?.1
        }
    }
}
