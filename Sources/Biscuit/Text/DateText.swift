/// Dates as text: RFC 3339, seconds since 1970 as value.
enum DateText {
    /// What may follow a date in source text, beside white space.
    static let terminators = Array(",)];}".utf8)

    /// Reads a date at the start of `bytes`: the seconds (`nil` when before 1970) and the number of bytes read.
    ///
    /// Fractions of a second are dropped. A leap second is read as the second before it.
    static func parse(_ bytes: ArraySlice<UInt8>) -> (seconds: UInt64?, length: Int)? {
        var cursor = Cursor(bytes: bytes)
        guard let year = cursor.digits(4), cursor.take("-"), let month = cursor.digits(2), cursor.take("-"),
            let day = cursor.digits(2), cursor.takeLetter("t"), let hour = cursor.digits(2), cursor.take(":"),
            let minute = cursor.digits(2), cursor.take(":"), var second = cursor.digits(2)
        else { return nil }
        guard cursor.takeFraction(), let offset = cursor.takeOffset() else { return nil }
        guard (1...12).contains(month), day >= 1, day <= daysInMonth(year, month), hour <= 23, minute <= 59 else {
            return nil
        }
        let isLeapSecond = second == 60
        if isLeapSecond { second = 59 }
        guard second <= 59 else { return nil }
        let time = hour * 3600 + minute * 60 + second - offset * 60
        let seconds = days(year, month, day) * 86_400 + time
        if isLeapSecond && !mayBeLeapSecond(seconds) { return nil }
        return (UInt64(exactly: seconds), cursor.position - bytes.startIndex)
    }

    /// Prints seconds as `YYYY-MM-DDTHH:MM:SSZ`.
    ///
    /// Like the reference implementation, a value above `Int64.max` is read as a negative number, and a date outside the
    /// years 0 to 9999 is printed as `<invalid date>`.
    static func print(_ seconds: UInt64) -> String {
        let signed = Int64(bitPattern: seconds)
        guard (-62_167_219_200...253_402_300_799).contains(signed) else { return "<invalid date>" }
        let day = Int((signed - (signed % 86_400 + 86_400) % 86_400) / 86_400)
        let rest = Int((signed % 86_400 + 86_400) % 86_400)
        let (year, month, dayOfMonth) = civil(day)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
        return "\(date)T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    // MARK: - The proleptic Gregorian calendar

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01, with years that start in March so that the leap day is the last of its year.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Leap seconds are inserted after 23:59:59 UTC on the last day of a month.
    private static func mayBeLeapSecond(_ seconds: Int) -> Bool {
        guard seconds % 86_400 == 86_399 else { return false }
        let (year, month, day) = civil(seconds / 86_400)
        return day == daysInMonth(year, month)
    }
}

extension DateText {
    private struct Cursor {
        let bytes: ArraySlice<UInt8>
        var position: Int

        init(bytes: ArraySlice<UInt8>) {
            self.bytes = bytes
            self.position = bytes.startIndex
        }

        var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

        mutating func digits(_ count: Int) -> Int? {
            var value = 0
            for _ in 0..<count {
                guard let character = next, ASCII.isDigit(character) else { return nil }
                value = value * 10 + Int(character - UInt8(ascii: "0"))
                position += 1
            }
            return value
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard next == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func takeLetter(_ letter: Unicode.Scalar) -> Bool {
            guard let character = next, ASCII.lowercased(character) == UInt8(ascii: letter) else { return false }
            position += 1
            return true
        }

        /// Skips a fraction; false when there is a point without digits.
        mutating func takeFraction() -> Bool {
            guard take(".") else { return true }
            let start = position
            while let character = next, ASCII.isDigit(character) { position += 1 }
            return position > start
        }

        /// The offset to UTC in minutes.
        mutating func takeOffset() -> Int? {
            if takeLetter("z") { return 0 }
            let sign: Int
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = digits(2), hours <= 23, take(":"), let minutes = digits(2), minutes <= 59 else {
                return nil
            }
            return sign * (hours * 60 + minutes)
        }
    }
}
