/// The forms of an option's name.
package enum OptionName {
    /// The name in kebab case, as it stands in a flag: `long-polling.json.maxInterval` is
    /// `long-polling-json-max-interval`.
    package static func kebabCase(_ name: String) -> String {
        let letters = Array(name)
        var kebab = ""
        for (index, letter) in letters.enumerated() {
            let beginsWord =
                letter.isUppercase && index > 0
                && (!letters[index - 1].isUppercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
            if beginsWord, kebab.last != "-" { kebab.append("-") }
            kebab += letter == "." ? "-" : letter.lowercased()
        }
        return kebab
    }

    /// The legal name that was probably meant by an unknown one.
    ///
    /// - Parameters:
    ///   - name: The unknown name.
    ///   - names: The legal names.
    /// - Returns: The legal name that ends in the unknown one after a prefix, or that differs by the fewest letters, if
    ///   they are few; empty when there is none.
    package static func likely(_ name: String, among names: [String]) -> String {
        let name = name.lowercased()
        guard !name.isEmpty, name.count <= 100 else { return "" }
        let limit = max(1, min(4, name.count / 3))
        let closest = names.map { (name: $0, distance: Self.distance(name, $0.lowercased())) }
            .min { ($0.distance, $0.name.count) < ($1.distance, $1.name.count) }
        if let closest, closest.distance <= limit { return closest.name }
        let endings = names.filter { $0.lowercased().hasSuffix(".\(name)") || $0.lowercased().hasSuffix("-\(name)") }
        return endings.min { $0.count < $1.count } ?? ""
    }

    /// How many letters must be put in, left out, replaced or swapped with the next one to make one text the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var rows = [Array(0...right.count)]
        for row in left.indices {
            var next = [row + 1]
            for column in right.indices {
                let substituted = rows[row][column] + (left[row] == right[column] ? 0 : 1)
                var least = min(substituted, rows[row][column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, rows[row - 1][column - 1] + 1)
                }
                next.append(least)
            }
            rows.append(next)
        }
        return rows[left.count][right.count]
    }
}
