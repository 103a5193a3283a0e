using System.CommandLine;
using System.Text.RegularExpressions;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Terminals;
using Npgsql;
using YamlDotNet.RepresentationModel;

namespace LeadGrains.Host.Tests.Deployment;

/// <summary>What stands under deploy is what the program takes, and its parts name each other rightly.</summary>
public sealed class DeploymentTests
{
    // Calls end within 10 seconds of the signal, the last rows are written within 60.
    private const int LeastSecondsToStop = 71;

    private static YamlMappingNode StatefulSet => Kubernetes("StatefulSet").Single();

    private static YamlNode Container => StatefulSet["spec"]["template"]["spec"]["containers"][0];

    [Fact]
    public void Commands_WhenTheProgramReadsThem_HaveNoFault()
    {
        var commands = DeployedCommands.All().ToList();
        Assert.Superset(
            new HashSet<string> { "../README.md", "Dockerfile", "README.md", "compose.yaml", "keys.md", "kubernetes/leadgrains.yaml", "postgresql.md", "systemd/leadgrains.service" },
            commands.Select(command => command.File).ToHashSet(StringComparer.Ordinal));
        var root = CommandLine.Root(new CommandContext(new Terminal(TextWriter.Null, TextWriter.Null, false, false), TimeProvider.System));
        Assert.All(commands, command =>
        {
            var parsed = root.Parse(command.Arguments);
            Assert.True(parsed.Errors.Count == 0, $"{command.File}: {string.Join(' ', command.Arguments)}: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
            if (Array.IndexOf(command.Arguments, "--store") is >= 0 and var store)
                Assert.NotNull(new NpgsqlConnectionStringBuilder(command.Arguments[store + 1]).Database);
        });
    }

    [Fact]
    public void Commands_WhenAFlagIsUnknown_AreRefused()
    {
        var root = CommandLine.Root(new CommandContext(new Terminal(TextWriter.Null, TextWriter.Null, false, false), TimeProvider.System));
        Assert.NotEmpty(root.Parse(["serve", "--clutser", "127.0.0.1:7171"]).Errors);
    }

    [Fact]
    public void YamlFiles_WhenRead_AreYaml() => Assert.All(DeployedCommands.YamlFiles(), file => Assert.NotEmpty(DeployedCommands.Documents(file)));

    [Fact]
    public void Nodes_WhenSeveral_HaveNamesOfTheirOwn()
    {
        var named = DeployedCommands.All().Where(command => command.File == "compose.yaml").Select(command => command.Arguments[Array.IndexOf(command.Arguments, "--node") + 1]).ToList();
        Assert.Equal(["node1", "node2", "node3"], named);
        var services = (YamlMappingNode)DeployedCommands.Documents("compose.yaml")[0].RootNode["services"];
        Assert.All(named, name => Assert.Equal(name, services[name]["hostname"].ToString()));
    }

    [Fact]
    public void Kubernetes_WhenItSelects_FindsTheNodesAndTheirPorts()
    {
        var labels = StatefulSet["spec"]["template"]["metadata"]["labels"].ToString();
        var ports = ((YamlSequenceNode)Container["ports"]).Select(port => port["name"].ToString()).ToHashSet();
        Assert.Equal(labels, StatefulSet["spec"]["selector"]["matchLabels"].ToString());
        Assert.Equal(labels, Kubernetes("PodDisruptionBudget").Single()["spec"]["selector"]["matchLabels"].ToString());
        Assert.All(Kubernetes("Service"), service =>
        {
            Assert.Equal(labels, service["spec"]["selector"].ToString());
            Assert.All((YamlSequenceNode)service["spec"]["ports"], port => Assert.Contains(port["targetPort"].ToString(), ports));
        });
        Assert.Contains(Kubernetes("Service"), service => service["metadata"]["name"].ToString() == StatefulSet["spec"]["serviceName"].ToString());
        var rules = (YamlSequenceNode)Kubernetes("NetworkPolicy").Single()["spec"]["ingress"];
        Assert.All(rules.SelectMany(rule => (YamlSequenceNode)rule["ports"]), port => Assert.Contains(port["port"].ToString(), ports));
    }

    [Fact]
    public void Kubernetes_WhenItProbes_AsksWhatIsAnswered()
    {
        Assert.Equal("/healthz", Container["livenessProbe"]["httpGet"]["path"].ToString());
        Assert.Equal("/readyz", Container["readinessProbe"]["httpGet"]["path"].ToString());
        Assert.Equal("http", Container["readinessProbe"]["httpGet"]["port"].ToString());
    }

    [Fact]
    public void Stops_WhenAsked_LeaveTimeForTheLastRows()
    {
        Assert.InRange(int.Parse(StatefulSet["spec"]["template"]["spec"]["terminationGracePeriodSeconds"].ToString(), null), LeastSecondsToStop, 600);
        Assert.InRange(Seconds("systemd/leadgrains.service", @"^TimeoutStopSec=(\d+)$"), LeastSecondsToStop, 600);
        Assert.InRange(Seconds("compose.yaml", @"^  stop_grace_period: (\d+)s$"), LeastSecondsToStop, 600);
    }

    private static int Seconds(string file, string pattern) =>
        int.Parse(Regex.Match(DeployedCommands.Text(file), pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Groups[1].Value, null);

    private static IEnumerable<YamlMappingNode> Kubernetes(string kind) =>
        DeployedCommands.YamlFiles().Where(file => file.StartsWith("kubernetes/", StringComparison.Ordinal))
            .SelectMany(DeployedCommands.Documents).Select(document => (YamlMappingNode)document.RootNode).Where(part => part["kind"].ToString() == kind);
}
