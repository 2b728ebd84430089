extension ScriptedHTTPServer {
    /// What becomes of a request.
    public struct Answer: Sendable {
        enum Kind {
            case status(Int, headers: [(String, String)], body: String)
            case raw(String)
            case hold
            case close
        }

        let kind: Kind

        /// A response.
        ///
        /// A `Content-Length` is added, unless the headers have one or a `Transfer-Encoding`, whether it fits or not;
        /// and unless the status has no body (1xx, 204, 304). `Connection: close` among the headers closes.
        ///
        /// - Parameters:
        ///   - code: The status.
        ///   - headers: The fields, written as they are. Default: none.
        ///   - body: The body, written as it is. Default: empty.
        /// - Returns: The answer.
        public static func status(_ code: Int, headers: [(String, String)] = [], body: String = "") -> Answer {
            Answer(kind: .status(code, headers: headers, body: body))
        }

        /// Bytes that are written as they are; then the connection is closed.
        public static func raw(_ bytes: String) -> Answer { Answer(kind: .raw(bytes)) }

        /// No answer, ever; what comes on the connection later is discarded.
        public static var hold: Answer { Answer(kind: .hold) }

        /// The connection is closed without an answer.
        public static var close: Answer { Answer(kind: .close) }
    }
}
