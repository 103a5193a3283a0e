namespace LeadGrains.Scoring.Tests.Documents;

public sealed class ModelDocumentTests
{
    [Fact]
    public void Write_OfTheDefaultModel_TellsOfAllOfIt()
    {
        var model = DefaultModel.Model;
        var text = ModelDocument.Write(model);

        Assert.All(model.Rules, rule => Assert.Contains($"**{rule.Label}** (`{rule.Name}`)", text, StringComparison.Ordinal));
        Assert.All(model.Groups, group => Assert.Contains($"### {group.Name}\n", text, StringComparison.Ordinal));
        Assert.All(model.ContactFit.Concat(model.AccountFit), rule => Assert.Contains($"| {rule.Label} | `{rule.Name}` |", text, StringComparison.Ordinal));
        Assert.All(model.Roles, role => Assert.Contains($"| {role.Name} |", text, StringComparison.Ordinal));
        Assert.All(model.ContactStages.Stages.Concat(model.AccountStages.Stages), stage => Assert.Contains($"| {stage.Name} |", text, StringComparison.Ordinal));
        Assert.Equal(text, ModelDocument.Write(model));
    }

    [Fact]
    public void Write_OfEveryKindOfRule_SaysWhatItGivesAndWhen()
    {
        var text = ModelDocument.Write(Samples.Model("""
            name: small
            channels: {attribute: channel, factors: {ads: 1.5}}
            groups: {web: {half_life: 36h, cap: 40}, bad: {half_life: 2w, floor: -20}}
            machines: {user_agents: {add: [probe]}, burst: {signals: [clicked], count: 5, within: 10s}}
            rules:
              - {name: view, label: Viewed, signal: viewed, when: {url: {contains: [/a, /b]}}, group: web, points: 10, per_day: 2}
              - {name: again, label: Came again, signal: viewed, count: 3, within: 7d, group: web, points: 15, channels: false}
              - {name: then, label: Then, sequence: [viewed, clicked2], within: 30d, group: web, points: 12, channels: false}
              - {name: blog, label: Read, signal: read, diminishing: 0.5, within: 7d, group: web, points: 2, channels: false}
              - {name: click, label: Clicked, signal: clicked, once_per: {attribute: asset, within: 2d}, group: web, points: 3, channels: false}
              - {name: score, label: Scored, signal: scored, latest: true, scale: {attribute: score, from: 0, to: 100}, group: web, points: 30, channels: false}
              - {name: missed, label: Missed, signal: missed, group: bad, points: 0}
              - {name: left, label: Left, signal: left, group: bad, points: -1}
            disqualify: [{name: rival, trait: company, in: [Rival Inc], reason: Competitor}]
            stages: {contact: [{name: cold}, {name: warm, total: {enter: 50, leave: 40}, min_fit: 30}]}
            """));

        string[] expected =
        [
            "**Viewed** (`view`): 10 points for a signal `viewed` whose `url` contains \"/a\" or \"/b\"; at most 2 a day, times the channel's factor.",
            "**Came again** (`again`): 15 points for a signal `viewed`; each 3 within 7d.",
            "**Then** (`then`): 12 points for signals in this order: viewed, then clicked2, within 30d.",
            "**Read** (`blog`): 2 points for a signal `read`; each repeat within 7d worth 0.5 of the one before.",
            "**Clicked** (`click`): 3 points for a signal `clicked`; once for each `asset` within 2 days.",
            "**Scored** (`score`): up to 30 points, by score, from 0 to 100, for a signal `scored`; only the newest counts and replaces the one before.",
            "**Missed** (`missed`): nothing, and is only shown, for a signal `missed`.",
            "**Left** (`left`): -1 point for a signal `left`.",
            "Half of its points are left after 36 hours, a quarter after twice that. It holds at most 40 points.",
            "Half of its points are left after 14 days, a quarter after twice that. It holds no less than -20 points.",
            "5 or more of `clicked` of one contact or account within 10s",
            "| rival | `company` is \"Rival Inc\" | Competitor |",
            "| warm | 50 | 40 | 30 |  |",
            "| ads | 1.5 |",
        ];
        Assert.All(expected, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_WhenItWorksExamples_ComputesThemByTheModel()
    {
        // 60 points make 50: 100 · (1 − 2^(−60/60)) = 50, total 0.4 · 70 + 0.6 · 50 = 58; after a half-life 30 points make
        // 100 · (1 − 2^(−1/2)) = 29.29, and the total is 28 + 17.57 = 45.57.
        var text = ModelDocument.Write(Samples.Model("""
            groups: {g: {half_life: 10d}, w: {half_life: 7d, cap: 4}}
            rules:
              - {name: demo, label: Asked, signal: asked, group: g, points: 60}
              - {name: view, label: Viewed, signal: viewed, group: w, points: 1, per_day: 5}
            """));
        Assert.Contains("| at once | 60 | 50 | 58 | B2 |", text, StringComparison.Ordinal);
        Assert.Contains("| 10 days later | 30 | 29.29 | 45.57 | B3 |", text, StringComparison.Ordinal);
        // Five of a hundred count, and the cap leaves 4: 100 · (1 − 2^(−4/60)) = 4.52.
        Assert.Contains("5 count for 1 each, and `w` then holds 4 points, so intent is 4.52. *Asked* once makes 50.", text, StringComparison.Ordinal);
    }
}
