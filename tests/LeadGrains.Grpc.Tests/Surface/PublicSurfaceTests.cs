using System.Reflection;
using Google.Protobuf;
using Grpc.Net.Client;

namespace LeadGrains.Grpc.Tests.Surface;

/// <summary>
/// The library may be replaced by the official packages, so what it shows must be theirs: namespace, name, signature.
/// The list was compared with version 2.80.0 of them.
/// </summary>
public class PublicSurfaceTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public async Task PublicMembers_WhenListed_AreThoseThatTheOfficialPackagesHave()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Surface");
        var listed = await File.ReadAllLinesAsync(Path.Combine(folder, "PublicSurface.txt"), TestContext.Current.CancellationToken);

        var shown = typeof(GrpcChannel).Assembly.GetExportedTypes().Where(IsHandWritten).SelectMany(Describe).Order(StringComparer.Ordinal).ToArray();

        var found = Path.Combine(folder, "PublicSurface.found.txt");
        await File.WriteAllLinesAsync(found, shown, TestContext.Current.CancellationToken);
        Assert.True(
            listed.SequenceEqual(shown),
            $"What the library shows has changed. Compare it with the official packages; if they have it, take the new list over from {found}."
            + string.Concat(shown.Except(listed).Select(line => $"\nnew: {line}")) + string.Concat(listed.Except(shown).Select(line => $"\ngone: {line}")));
    }

    private static bool IsHandWritten(Type type) =>
        !typeof(IMessage).IsAssignableFrom(type) && !(type.FullName!.StartsWith("Google.Rpc.", StringComparison.Ordinal) || type.FullName.StartsWith("Google.Api.", StringComparison.Ordinal) || type.FullName.StartsWith("Grpc.Reflection.V1", StringComparison.Ordinal));

    private static IEnumerable<string> Describe(Type type)
    {
        yield return type.ToString();
        var members = type.GetConstructors(Declared).Cast<MethodBase>().Concat(type.GetMethods(Declared)).Where(method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);
        foreach (var member in members.Where(member => !member.Name.Contains('<', StringComparison.Ordinal)))
            yield return $"{type} :: {member}";
        foreach (var field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily))
            yield return $"{type} :: {field}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : "")}";
    }
}
