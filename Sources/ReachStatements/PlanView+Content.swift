import ReachCampaign
import ReachColumns

/// What messages say and when they leave, as a plan shows it.
extension PlanView {
    var contentBlocks: [ViewBlock] { textBlocks + scheduleBlocks }

    var contentFacts: [Fact] {
        guard let schedule = plan.schedule else { return [] }
        return [
            Fact("first_message", schedule.firstMessage.map(Value.datetime) ?? .missing),
            Fact("last_message", schedule.lastMessage.map(Value.datetime) ?? .missing),
            Fact("finishes", schedule.finishes.map(Value.datetime) ?? .missing),
        ]
    }

    private var textBlocks: [ViewBlock] {
        var rows: [[ViewCell]] = []
        for text in plan.texts ?? [] where !text.parts.isEmpty {
            let counts = text.parts.map { "\(Figure.count($0.customers)) × \(Figure.count($0.parts, "part"))" }
            rows.append([ViewCell(text.channel), ViewCell(Self.shortened(counts).joined(separator: " · "))])
            guard text.unicodeCustomers > 0 else { continue }
            let characters = text.characters.map { character in
                let spelling = character.spelling.map { " (\($0.isEmpty ? "nothing" : CharacterName.text($0)))" } ?? ""
                return "\(CharacterName.text(character.character))\(spelling) \(Figure.count(character.customers))"
            }
            rows.append([
                ViewCell(""),
                ViewCell(
                    "UCS-2 for \(Figure.count(text.unicodeCustomers, "customer")) because of "
                        + Self.shortened(characters, most: 12).joined(separator: ", ")),
            ])
            if let saving = text.saving {
                let money = saving.money.map { ", \($0.rescaled(to: plan.scale).grouped)\(sign)" } ?? ""
                rows.append([
                    ViewCell(""),
                    ViewCell(
                        "in GSM spelling \(Figure.count(saving.parts, "part")) less\(money), for "
                            + Figure.count(saving.customers, "customer")),
                ])
            }
        }
        return rows.isEmpty ? [] : [.heading("parts"), .grid(rows)]
    }

    private static func shortened(_ list: [String], most: Int = 6) -> [String] {
        list.count <= most ? list : list.prefix(most - 1) + ["\(list.count - most + 1) more"]
    }

    private var sign: String { plan.currency.map { " " + $0 } ?? "" }

    private var scheduleBlocks: [ViewBlock] {
        guard let schedule = plan.schedule, let first = schedule.firstMessage, let last = schedule.lastMessage,
            let finishes = schedule.finishes
        else { return [] }
        let zone = Zone(plan.origin?.zone ?? "UTC") ?? .utc
        func time(_ instant: Int64) -> String { MessageWords.text(.datetime(instant), zone: zone) ?? "" }
        var rows = [
            [ViewCell("first message"), ViewCell(time(first)), ViewCell(zone.identifier, isFaint: true)],
            [ViewCell("last message"), ViewCell(time(last)), ViewCell("where nobody reacts", isFaint: true)],
            [
                ViewCell("finished"), ViewCell(time(finishes)),
                ViewCell("\(plan.options.wait.text) after the last message", isFaint: true),
            ],
        ]
        if let busiest = schedule.busiest {
            rows.append([
                ViewCell("busiest hour"), ViewCell(time(busiest.start)),
                ViewCell(Figure.count(busiest.messages, "message"), isFaint: true),
            ])
        }
        var blocks: [ViewBlock] = [.heading("when"), .grid(rows)]
        if schedule.zones.count > 1 {
            let zones = schedule.zones.map { "\($0.zone) \(Figure.count($0.customers))" }
            blocks.append(.line("  time zones: " + Self.shortened(zones, most: 5).joined(separator: " · ")))
        }
        if schedule.hours.count > 1 {
            blocks += [.heading("messages per hour"), .bars(bars(schedule.hours, time))]
        }
        return blocks
    }

    /// One bar per hour; runs of hours are put together where there are many.
    private func bars(_ hours: [SendSchedule.Hour], _ time: (Int64) -> String) -> [ViewBlock.Bar] {
        let most = 24
        let step = (hours.count + most - 1) / most
        return stride(from: 0, to: hours.count, by: step).map { index in
            let part = hours[index..<min(index + step, hours.count)]
            let count = part.reduce(0) { $0 + $1.messages } / part.count
            return .init(label: time(part[index].start), figure: Figure.count(count), weight: Double(count))
        }
    }
}
