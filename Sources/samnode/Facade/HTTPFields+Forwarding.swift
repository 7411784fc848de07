import HTTPTypes
import Inference

extension HTTPFields {
    /// Leaves out what is no valid field.
    init(forwarding fields: [HeaderField]) {
        self.init()
        for field in fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            append(HTTPField(name: name, value: field.value))
        }
    }

    /// Sets a field whose name is written in the source; a name that is not valid changes nothing.
    mutating func replace(_ name: String, with value: String) {
        guard let name = HTTPField.Name(name) else { return }
        self[name] = value
    }
}
