/// The elements encoded so far, shared by all containers that were asked for the same array.
final class JSONPartialArray {
    private var elements: [JSONValue] = []
    /// Elements that may still change, by their index; `elements` has a placeholder there.
    private var unfinished: [Int: JSONValueEncoder] = [:]

    var count: Int { self.elements.count }

    func append(_ value: JSONValue) {
        self.elements.append(value)
    }

    /// Appends an element that is to be encoded later.
    func append(_ encoder: JSONValueEncoder) {
        self.unfinished[self.elements.count] = encoder
        self.elements.append(.null)
    }

    /// Collects the elements.
    func finish(encoding value: some Encodable) throws -> [JSONValue] {
        for (index, encoder) in self.unfinished {
            self.elements[index] = try encoder.finish(encoding: value) ?? .object(JSONObject())
        }
        self.unfinished.removeAll()
        return self.elements
    }
}
