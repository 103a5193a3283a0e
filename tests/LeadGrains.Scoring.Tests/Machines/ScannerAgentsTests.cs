namespace LeadGrains.Scoring.Tests.Machines;

public sealed class ScannerAgentsTests
{
    private const string Rules = """

        groups: {g: {half_life: 7d}}
        rules: [{name: click, signal: clicked, group: g, points: 3, per_day: 1}]
        """;

    private static readonly ScoringModel Model =
        Samples.Model("machines: {user_agents: {add: [AcmeProbe, Prüfer], remove: [whatsapp/]}}" + Rules);

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")]
    [InlineData("BarracudaCentral Link Scan")]
    [InlineData("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36")]
    [InlineData("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")]
    [InlineData("python-requests/2.32.3")]
    [InlineData("acmeprobe 7")]
    [InlineData("der PRÜFER kommt")]
    public void Apply_OfAMachinesSignal_GivesNothingAndUsesUpNoLimit(string agent)
    {
        var state = new IntentState();
        Assert.Equal(new SignalEffect { IsScanner = true }, state.Send(Model, "clicked", Samples.Start, ("user_agent", agent)));
        Assert.Equal(new MachineCounts(1, 0), state.Machines);
        Assert.True(state.Send(Model, "clicked", Samples.Start).Matched);
        Assert.Equal(3, state.PointsAt(Model, Samples.Start));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148")]
    [InlineData("Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Mobile Safari/537.36")]
    [InlineData("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)")]
    [InlineData("WhatsApp/2.23")]
    [InlineData("")]
    public void Apply_OfAPersonsSignal_Counts(string agent) =>
        Assert.True(new IntentState().Send(Model, "clicked", Samples.Start, ("user_agent", agent)).Matched);

    [Fact]
    public void Apply_WhenTheModelDoesNotAsk_LooksAtNoAgent()
    {
        var model = Samples.Model(Rules.TrimStart());
        var attributes = new Attributes(("user_agent", "Googlebot/2.1"));
        Assert.True(new IntentState().Apply(model, "clicked"u8, Samples.Start, attributes).Matched);
        Assert.Equal(0, attributes.Lookups);
    }

    [Fact]
    public void BuiltIn_WhenRead_IsLowerCaseAndEachStandsOnce()
    {
        Assert.All(ScannerAgents.BuiltIn, part => Assert.Equal(part.ToLowerInvariant(), part));
        Assert.Equal(ScannerAgents.BuiltIn.Length, ScannerAgents.BuiltIn.Distinct(StringComparer.Ordinal).Count());
    }
}
