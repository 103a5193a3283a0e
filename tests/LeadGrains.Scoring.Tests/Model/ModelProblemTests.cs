namespace LeadGrains.Scoring.Tests.Model;

public class ModelProblemTests
{
    [Theory]
    // Keys
    [InlineData("colour: red", 1, 1, "has no key `colour`")]
    [InlineData("total: {fit: 0.5, intent: 0.5, speed: 1}", 1, 32, "has no key `speed`")]
    [InlineData("name: a\nname: b", 2, 1, "`name` stands here twice")]
    [InlineData("fit: {contact: [{name: a, label: 200 to 5,000 people, trait: t, exists: true, points: 1}]}", 1, 43, "needs quotes")]
    [InlineData("? [a]\n: 1", 1, 3, "a key must be a single word")]
    // Types
    [InlineData("name: [a]", 1, 7, "`name` must be a text, and is a list")]
    [InlineData("name:", 1, 6, "`name` must be a text, and is empty")]
    [InlineData("total: 5", 1, 8, "`total` must have keys and values, and is \"5\"")]
    [InlineData("intent: {half_point: many}", 1, 22, "`half_point` must be a number from 0 to 1000000000, and is \"many\"")]
    [InlineData("intent: {half_point: \"60\"}", 1, 22, "must be a number")]
    [InlineData("intent: {half_point: .inf}", 1, 22, "must be a number")]
    [InlineData("rules: {a: b}", 1, 8, "`rules` must be a list, and has keys of its own")]
    [InlineData("rules: [a]", 1, 9, "a rule must have keys and values")]
    [InlineData("- a", 1, 1, "a model must have keys and values")]
    [InlineData("total: {fit: 1_0, intent: 0}", 1, 14, "must be a number")]
    // Ranges
    [InlineData("intent: {half_point: 0}", 1, 22, "`half_point` must be above 0")]
    [InlineData("account: {half_point: -1}", 1, 23, "must be a number")]
    [InlineData("total: {fit: 0.5, intent: 0.6}", 1, 8, "must sum to 1, and 0.5 + 0.6 do not")]
    [InlineData("total: {fit: 0.5}", 1, 8, "must sum to 1")]
    [InlineData("total: {fit: -0.5}", 1, 14, "must be a number from 0 to 1")]
    [InlineData("grade: {fit: {A: 50, B: 60}}", 1, 14, "must fall from A to C")]
    [InlineData("grade: {intent: {1: 101}}", 1, 21, "must be a number from 0 to 100")]
    [InlineData("account: {breadth: {max: 0.5}}", 1, 26, "must be a number from 1")]
    [InlineData("account: {breadth: {step: -1}}", 1, 27, "must be a number from 0")]
    [InlineData("account: {engaged_half_life: 30}", 1, 30, "must be a duration such as 36h, 7d or 2w")]
    // Groups
    [InlineData("groups: {g: {cap: 1}}", 1, 13, "the group g lacks its `half_life`")]
    [InlineData("groups: {g: {half_life: 0d}}", 1, 25, "must be a duration")]
    [InlineData("groups: {g: {half_life: -1d}}", 1, 25, "must be a duration")]
    [InlineData("groups: {g: {half_life: 1m}}", 1, 25, "must be a duration")]
    [InlineData("groups: {g: {half_life: 4000d}}", 1, 25, "from 1h to 3652d")]
    [InlineData("groups: {g: {half_life: 1d, cap: -1}}", 1, 34, "`cap` must be a number of at least 0")]
    [InlineData("groups: {g: {half_life: 1d, floor: 1}}", 1, 36, "`floor` must be a number of at most 0")]
    [InlineData("groups: {g: {half_life: 1d}, g: {half_life: 2d}}", 1, 30, "`g` stands here twice")]
    [InlineData("groups: {g: 7d}", 1, 13, "the group g must have keys and values")]
    // Channels
    [InlineData("channels: paid", 1, 11, "`channels` must have keys and values")]
    [InlineData("channels: {factors: {paid: 2}}", 1, 11, "`channels` lacks its `attribute`")]
    [InlineData("channels: {attribute: channel}", 1, 11, "`channels` lacks its `factors`")]
    [InlineData("channels: {attribute: channel, factors: [paid]}", 1, 41, "`factors` must have keys and values")]
    [InlineData("channels: {attribute: channel, factors: {paid: 0}}", 1, 48, "the factor of paid must be a number from 0.1 to 10")]
    [InlineData("channels: {attribute: channel, factors: {paid: 10.5}}", 1, 48, "the factor of paid must be a number from 0.1 to 10")]
    [InlineData("channels: {attribute: channel, factors: {paid: 2, Paid: 3}}", 1, 51, "stands here twice")]
    [InlineData("account: {parent_share: 1.5}", 1, 25, "`parent_share` must be a number from 0 to 1")]
    // Buying group
    [InlineData("buying_group: user", 1, 15, "`buying_group` must be a list, and is \"user\"")]
    [InlineData("buying_group: [user]", 1, 16, "`roles` has no role \"user\"")]
    [InlineData("buying_group: [user, [a]]\nroles: [{name: user, trait: t, exists: true, weight: 1}]", 1, 22, "a role of `buying_group` must be a text, and is a list")]
    [InlineData("buying_group: [user, user]\nroles: [{name: user, trait: t, exists: true, weight: 1}]", 1, 22, "the role \"user\" stands here twice")]
    // Machines
    [InlineData("machines: true", 1, 11, "`machines` must have keys and values")]
    [InlineData("machines: {agents: []}", 1, 12, "has no key `agents`; it has user_agents, burst")]
    [InlineData("machines: {user_agents: {add: bot}}", 1, 31, "`add` must be a list")]
    [InlineData("machines: {user_agents: {remove: [netscape]}}", 1, 34, "\"netscape\" is not in the built-in list")]
    [InlineData("machines: {burst: {count: 5, within: 10s}}", 1, 19, "`burst` lacks its `signals`")]
    [InlineData("machines: {burst: {signals: [], count: 5, within: 10s}}", 1, 29, "must name at least one signal")]
    [InlineData("machines: {burst: {signals: [a], count: 1, within: 10s}}", 1, 41, "`count` must be a whole number from 2 to 64")]
    [InlineData("machines: {burst: {signals: [a], count: 65, within: 10s}}", 1, 41, "`count` must be a whole number from 2 to 64")]
    [InlineData("machines: {burst: {signals: [a], count: 5}}", 1, 19, "`burst` lacks its `within`")]
    [InlineData("machines: {burst: {signals: [a], count: 5, within: 10}}", 1, 52, "`within` must be a duration such as 10s or 2m, from 1s to 1h")]
    [InlineData("machines: {burst: {signals: [a], count: 5, within: 0.5s}}", 1, 52, "must be a duration")]
    [InlineData("machines: {burst: {signals: [a], count: 5, within: 61m}}", 1, 52, "must be a duration")]
    [InlineData("machines: {burst: {signals: [a], count: 5, within: 1d}}", 1, 52, "must be a duration")]
    [InlineData("machines: {burst: {signals: [a], count: 5, within: 1e400s}}", 1, 52, "must be a duration")]
    [InlineData("groups: {g: {half_life: 1d}}\nrules: [{name: r, signal: a, count: 2, within: 7d, group: g, points: 1}]\nmachines: {burst: {signals: [b, a], count: 5, within: 10s}}", 3, 33, "a burst cannot watch \"a\": the rule \"r\" on it has count")]
    [InlineData("groups: {g: {half_life: 1d}}\nrules: [{name: r, signal: a, latest: true, group: g, points: 1}]\nmachines: {burst: {signals: [a], count: 5, within: 10s}}", 3, 30, "a burst cannot watch \"a\"")]
    // Disqualifiers
    [InlineData("disqualify: {name: a}", 1, 13, "`disqualify` must be a list")]
    [InlineData("disqualify: [{trait: t, exists: true}]", 1, 14, "a disqualifier lacks its `name`")]
    [InlineData("disqualify: [{name: a, exists: true}]", 1, 14, "a disqualifier lacks its `trait`")]
    [InlineData("disqualify: [{name: a, trait: t}]", 1, 14, "a condition needs one of equals, in, contains, between, exists")]
    [InlineData("disqualify: [{name: a, of: company, trait: t, exists: true}]", 1, 28, "`of` must be contact or account")]
    [InlineData("disqualify: [{name: a, trait: t, exists: true, points: 1}]", 1, 48, "a disqualifier has no key `points`")]
    [InlineData("disqualify: [{name: a, trait: t, exists: true}, {name: a, of: account, trait: t, exists: true}]", 1, 56, "the name \"a\" is taken")]
    // Stages
    [InlineData("stages: {contact: [{name: a}, {name: b, total: {enter: 50, leave: 60}}]}", 1, 48, "`leave` lies above `enter`")]
    [InlineData("stages: {contact: [{name: a}, {name: b, total: {leave: 60}}]}", 1, 48, "lacks its `enter`")]
    [InlineData("stages: {account: [{name: a, total: {enter: 5}}]}", 1, 37, "the first stage is held from the start")]
    [InlineData("stages: {account: [{name: a, min_fit: 5}]}", 1, 39, "the first stage is held from the start")]
    [InlineData("stages: {contact: [{name: a}, {name: a}]}", 1, 38, "the name \"a\" is taken")]
    [InlineData("stages: {contact: [{name: a}, {name: b, cool_down: 3}]}", 1, 52, "`cool_down` must be a duration")]
    [InlineData("stages: {contact: [{name: a, cool_down: 3d}]}", 1, 41, "the first stage is held from the start")]
    // Thresholds
    [InlineData("thresholds: {contact: [{name: a}]}", 1, 24, "a threshold looks at one score: `fit`, `intent` or `total`")]
    [InlineData("thresholds: {contact: [{name: a, fit: {enter: 5}, total: {enter: 5}}]}", 1, 24, "a threshold looks at one score")]
    [InlineData("thresholds: {contact: [{name: a, fit: {enter: 5}}, {name: a, fit: {enter: 6}}]}", 1, 59, "the name \"a\" is taken")]
    [InlineData("thresholds: {account: [{name: a, total: {enter: 50, leave: 60}}]}", 1, 41, "`leave` lies above `enter`")]
    [InlineData("thresholds: {account: [{name: a, total: {leave: 60}}]}", 1, 41, "lacks its `enter`")]
    [InlineData("thresholds: {account: [{name: a, total: {enter: 0}}]}", 1, 49, "must be a number from 1 to 100")]
    [InlineData("thresholds: {account: [{name: a, total: 5}]}", 1, 41, "the threshold's score must have keys and values")]
    [InlineData("thresholds: {account: [{name: a, fit: {enter: 5}, speed: 5}]}", 1, 51, "has no key `speed`")]
    [InlineData("thresholds: {account: [a, a, a, a, a, a, a, a, a]}", 1, 23, "the accounts' thresholds must have at most 8 entries, and has 9")]
    // Dormant, surge
    [InlineData("dormant_after: soon", 1, 16, "`dormant_after` must be a duration")]
    [InlineData("account: {surge: {points: 30}}", 1, 18, "lacks its `ratio`")]
    [InlineData("account: {surge: {points: 0, ratio: 2}}", 1, 27, "`points` must be a number from 0.01")]
    [InlineData("account: {surge: {points: 30, ratio: 0.5}}", 1, 38, "`ratio` must be a number from 1 to 1000")]
    [InlineData("account: {surge: {points: 30, ratio: 2, days: 3}}", 1, 41, "has no key `days`")]
    // Fit, roles, filters, free mail
    [InlineData("fit: {contact: [{name: f, trait: t, points: 1}]}", 1, 17, "needs one of equals, in, contains, between, exists")]
    [InlineData("fit: {contact: [{name: f, exists: true, points: 1}]}", 1, 17, "lacks its `trait`")]
    [InlineData("fit: {contact: [{name: f, trait: t, in: [], points: 1}]}", 1, 41, "must name at least one value")]
    [InlineData("fit: {contact: [{name: f, trait: t, contains: \"\", points: 1}]}", 1, 47, "must be a text")]
    [InlineData("fit: {contact: [{name: f, trait: t, between: [5], points: 1}]}", 1, 46, "a list of two numbers")]
    [InlineData("fit: {contact: [{name: f, trait: t, between: [5, 1], points: 1}]}", 1, 46, "lies above its high end")]
    [InlineData("fit: {contact: [{name: f, trait: t, between: [a, 1], points: 1}]}", 1, 47, "the low end of `between` must be a number")]
    [InlineData("fit: {contact: [{name: f, trait: t, exists: yes, points: 1}]}", 1, 45, "must be true or false")]
    [InlineData("fit: {contact: [{name: f, trait: t, exists: false, in: [a], points: 1}]}", 1, 17, "`exists: false` stands alone")]
    [InlineData("fit: {account: [{name: clip, trait: t, exists: true, points: 1}]}", 1, 24, "the name \"clip\" is taken")]
    [InlineData("roles: [{name: r, trait: t, exists: true}]", 1, 9, "a role lacks its `weight`")]
    [InlineData("roles: [{name: r, trait: t, exists: true, weight: -1}]", 1, 51, "must be a number from 0")]
    [InlineData("filters: {contact: title}", 1, 20, "must be a list")]
    [InlineData("free_mail: {add: [not a domain]}", 1, 19, "\"not a domain\" is no domain")]
    [InlineData("free_mail: {add: [a.com], remove: [A.com]}", 1, 35, "\"a.com\" is added and removed")]
    // YAML
    [InlineData("a: [1,\nb: }", 2, 1, "the document cannot be read")]
    [InlineData("name: \"open", 1, 7, "the document cannot be read")]
    [InlineData("name: x\ngroups:\n\tweb: {half_life: 7d}\n", 3, 1, "indented with a tab")]
    [InlineData("name: x\ngroups:\n  web:\t{half_life: 7d}\n  \tb: {half_life: 7d}\n", 4, 3, "indented with a tab")]
    [InlineData("", 1, 1, "the document is empty")]
    [InlineData("# nothing\n", 1, 1, "the document is empty")]
    [InlineData("name: a\n---\nname: b", 2, 1, "here begins a second")]
    [InlineData("name: &x a", 1, 7, "anchors and aliases are not supported")]
    [InlineData("name: !!str a", 1, 7, "tags are not supported")]
    public void Read_WhenSomethingIsWrong_SaysWhatAndWhere(string yaml, int line, int column, string message)
    {
        var result = ModelReader.Read(yaml);
        Assert.False(result.IsValid);
        var problem = Assert.Single(result.Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("name: r, signal: s, group: g", 5, "a rule lacks its `points`")]
    [InlineData("name: r, signal: s, points: 1", 5, "a rule lacks its `group`")]
    [InlineData("name: r, group: g, points: 1", 5, "a rule lacks its `signal`")]
    [InlineData("signal: s, group: g, points: 1", 5, "a rule lacks its `name`")]
    [InlineData("name: r, signal: s, group: x, points: 1", 33, "there is no group \"x\"")]
    [InlineData("name: r, signal: s, group: g, points: 1e7", 44, "from -1000000 to 1000000")]
    [InlineData("name: r, signal: s, group: g, points: 1, per_day: 0", 56, "`per_day` must be a whole number from 1")]
    [InlineData("name: r, signal: s, group: g, points: 1, per_day: 1.5", 56, "whole number")]
    [InlineData("name: clip, signal: s, group: g, points: 1", 12, "the name \"clip\" is taken")]
    [InlineData("name: breadth, signal: s, group: g, points: 1", 12, "the name \"breadth\" is taken")]
    [InlineData("name: first, signal: s, group: g, points: 1", 12, "the name \"first\" is taken")]
    [InlineData("name: r, signal: s, group: g, points: 1, count: 3", 5, "a rule lacks its `within`")]
    [InlineData("name: r, signal: s, group: g, points: 1, within: 7d", 55, "`within` needs one of count, sequence, diminishing")]
    [InlineData("name: r, signal: s, group: g, points: 1, factor: 2", 47, "`factor` is not implemented in this version")]
    [InlineData("name: r, signal: s, group: g, points: 1, once_per: asset", 57, "`once_per` must have keys and values")]
    [InlineData("name: r, signal: s, group: g, points: 1, once_per: {within: 3d}", 57, "`once_per` lacks its `attribute`")]
    [InlineData("name: r, signal: s, group: g, points: 1, once_per: {attribute: a, within: 3}", 80, "`within` must be a duration")]
    [InlineData("name: r, signal: s, group: g, points: 1, once_per: {attribute: a, times: 3}", 72, "`once_per` has no key `times`")]
    [InlineData("name: r, signal: s, group: g, points: 1, count: 1, within: 7d", 54, "`count` must be a whole number from 2 to 64")]
    [InlineData("name: r, signal: s, group: g, points: 1, count: 65, within: 7d", 54, "`count` must be a whole number from 2 to 64")]
    [InlineData("name: r, signal: s, group: g, points: 1, count: 3, within: 7", 65, "`within` must be a duration")]
    [InlineData("name: r, signal: s, group: g, points: 1, count: 3, diminishing: 0.5, within: 7d", 70, "`diminishing` cannot stand beside `count`")]
    [InlineData("name: r, sequence: [a, b], group: g, points: 1, count: 3, within: 7d", 25, "`sequence` cannot stand beside `count`")]
    [InlineData("name: r, signal: s, group: g, points: 1, diminishing: 1, within: 7d", 60, "`diminishing` must be a number from 0.01 to 0.99")]
    [InlineData("name: r, signal: s, group: g, points: 1, diminishing: 0.5", 5, "a rule lacks its `within`")]
    [InlineData("name: r, signal: s, group: g, points: 1, sequence: [a, b], within: 7d", 23, "`signal` cannot stand beside it")]
    [InlineData("name: r, sequence: [a, b], group: g, points: 1, within: 7d, when: {url: {exists: true}}", 72, "`when` cannot stand beside `sequence`")]
    [InlineData("name: r, sequence: [a], group: g, points: 1, within: 7d", 25, "`sequence` must name at least two signals")]
    [InlineData("name: r, sequence: , group: g, points: 1, within: 7d", 25, "`sequence` must name at least two signals")]
    [InlineData("name: r, sequence: a, group: g, points: 1, within: 7d", 25, "`sequence` must be a list")]
    [InlineData("name: r, sequence: [a, b, c, d, e, f, g, h, i], group: g, points: 1, within: 7d", 25, "`sequence` must have at most 8 entries")]
    [InlineData("name: r, sequence: [a, [b]], group: g, points: 1, within: 7d", 29, "each step of `sequence` must be a text")]
    [InlineData("name: r, sequence: [a, b], group: g, points: 1", 5, "a rule lacks its `within`")]
    [InlineData("name: r, signal: s, group: g, points: 1, scale: 60", 54, "`scale` must have keys and values")]
    [InlineData("name: r, signal: s, group: g, points: 1, scale: {attribute: m, from: 0}", 54, "`scale` lacks its `to`")]
    [InlineData("name: r, signal: s, group: g, points: 1, scale: {from: 0, to: 1}", 54, "`scale` lacks its `attribute`")]
    [InlineData("name: r, signal: s, group: g, points: 1, scale: {attribute: m, from: 3, to: 3}", 54, "must differ")]
    [InlineData("name: r, signal: s, group: g, points: 1, scale: {attribute: m, from: 0, to: 1e13}", 82, "`to` must be a number")]
    [InlineData("name: r, signal: s, group: g, points: 1, scale: {attribute: m, from: 0, to: 1, by: 2}", 85, "`scale` has no key `by`")]
    [InlineData("name: r, signal: s, group: g, points: 1, scale: {attribute: m, from: 0, to: 1}, count: 3, within: 7d", 54, "`scale` cannot stand beside `count`")]
    [InlineData("name: r, signal: s, group: g, points: 1, latest: 1", 55, "`latest` must be true or false")]
    [InlineData("name: r, signal: s, group: g, points: 1, latest: true, per_day: 2", 70, "there is nothing for per_day or once_per to limit")]
    [InlineData("name: r, signal: s, group: g, points: 1, latest: true, once_per: {attribute: a}", 71, "there is nothing for per_day or once_per to limit")]
    [InlineData("name: r, signal: s, group: g, points: 1, latest: true, count: 2, within: 7d", 55, "`latest` cannot stand beside count, sequence or diminishing")]
    [InlineData("name: machine, signal: s, group: g, points: 1", 12, "the name \"machine\" is taken")]
    [InlineData("name: r, signal: s, group: g, points: 1, channels: no", 57, "`channels` must be true or false")]
    [InlineData("name: r, signal: s, group: g, points: 1, pionts: 2", 47, "a rule has no key `pionts`; it has name, label, signal, when, group, points, per_day")]
    [InlineData("name: r, signal: s, group: g, points: 1, when: /pricing", 53, "`when` must have keys and values")]
    [InlineData("name: r, signal: s, group: g, points: 1, when: {url: /pricing}", 59, "the condition on `url` must have keys and values")]
    [InlineData("name: r, signal: s, group: g, points: 1, when: {url: {matches: a}}", 59, "needs one of equals")]
    [InlineData("name: r, signal: s, group: g, points: 1, when: {url: {equals: a, not: b}}", 71, "has no key `not`")]
    [InlineData("name: r, signal: a_type_of_signal_with_a_name_that_goes_on_and_on_for_much_too_long, group: g, points: 1", 23, "at most 64 characters")]
    [InlineData("name: r, signal: äääääääääääääääääääääääääääääääääääää, group: g, points: 1", 23, "at most 64 bytes")]
    public void Read_WhenARuleIsWrong_SaysWhatAndWhere(string rule, int column, string message)
    {
        const string Before = "groups: {g: {half_life: 1d}}\nrules:\n  - {name: first, signal: s, group: g, points: 1}\n  - ";
        var result = ModelReader.Read($"{Before}{{{rule}}}");
        var problem = result.Problems[0];
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal((4, column), (problem.Line, problem.Column));
    }

    [Fact]
    public void Read_WhenMuchIsWrong_TellsAllInOrder()
    {
        var result = ModelReader.Read("""
            colour: red
            total: {fit: 2}
            rules:
              - {name: a, signal: s, group: g, points: x}
              - {name: a, group: g}
            """);
        Assert.Equal([1, 2, 4, 4, 5, 5, 5, 5], result.Problems.Select(problem => problem.Line));
        Assert.Equal("line 4, column 33: there is no group \"g\"", result.Problems[2].ToString());
    }

    [Fact]
    public void Read_WhenNearlyEverythingIsWrong_StopsAtOneHundredProblems() =>
        Assert.Equal(100, ModelReader.Read(string.Concat(Enumerable.Range(0, 500).Select(i => $"k{i}: 1\n"))).Problems.Length);

    [Theory]
    [InlineData("groups", 256)]
    [InlineData("rules", 4097)]
    [InlineData("windowed", 65)]
    [InlineData("channels", 65)]
    [InlineData("stages", 256)]
    [InlineData("roles", 256)]
    [InlineData("filters", 65)]
    public void Read_BeyondABound_SaysSo(string section, int entries)
    {
        var list = Enumerable.Range(0, entries);
        var yaml = section switch
        {
            "groups" => $"groups: {{{string.Join(", ", list.Select(i => $"g{i}: {{half_life: 1d}}"))}}}",
            "rules" => $"groups: {{g: {{half_life: 1d}}}}\nrules: [{string.Join(", ", list.Select(i => $"{{name: r{i}, signal: s, group: g, points: 1}}"))}]",
            "windowed" => $"groups: {{g: {{half_life: 1d}}}}\nrules: [{string.Join(", ", list.Select(i => $"{{name: r{i}, signal: s, count: 2, within: 1d, group: g, points: 1}}"))}]",
            "channels" => $"channels: {{attribute: a, factors: {{{string.Join(", ", list.Select(i => $"c{i}: 2"))}}}}}",
            "stages" => $"stages: {{contact: [{string.Join(", ", list.Select(i => $"{{name: s{i}}}"))}]}}",
            "roles" => $"roles: [{string.Join(", ", list.Select(i => $"{{name: r{i}, trait: t, exists: true, weight: 1}}"))}]",
            _ => $"filters: {{account: [{string.Join(", ", list.Select(i => $"t{i}"))}]}}",
        };
        Assert.Contains("at most", Assert.Single(ModelReader.Read(yaml).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenDocumentIsHuge_RefusesItUnread() =>
        Assert.Contains("characters", Assert.Single(ModelReader.Read(new string('#', 2_000_000)).Problems).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Read_WhenNestedWithoutEnd_SaysSoSoon(string opening)
    {
        var result = ModelReader.Read(string.Concat(Enumerable.Repeat(opening, 100_000)));
        Assert.Contains("nested deeper than 16", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfMutatedDocuments_NeverThrows()
    {
        const string Odd = "{}[]:,-#&*!|>'\"%@`?\n\t  a1~.\0\u0085\uFEFF\uD800";
        var random = new Random(41);
        for (var i = 0; i < 30_000; i++)
        {
            var from = random.Next(DefaultModel.Yaml.Length - 600);
            var text = DefaultModel.Yaml.Substring(from, random.Next(1, 600)).ToCharArray();
            for (var changes = random.Next(12); changes >= 0; changes--)
                text[random.Next(text.Length)] = Odd[random.Next(Odd.Length)];
            var result = ModelReader.Read(new string(text));
            Assert.True(result.IsValid != result.Problems.Any(), $"round {i}");
            Assert.All(result.Problems, problem => Assert.True(problem is { Line: > 0, Column: > 0 }));
        }
    }
}
