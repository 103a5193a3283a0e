using Google.Protobuf.Reflection;
using LeadGrains.Journal.V1;
using LeadGrains.Registry.V1;

namespace LeadGrains.Storage.Tests;

/// <summary>
/// Numbers that stand in stored bytes. The list beside this file may only grow: a line that is there was written by
/// somebody's store.
/// </summary>
public sealed class StoredNumbersTests
{
    [Fact]
    public void StoredNumbers_WhenCompared_HaveOnlyGrown()
    {
        var frozen = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "StoredNumbers.txt"));
        var present = StoredNumbers().ToArray();
        var changed = frozen.Except(present, StringComparer.Ordinal).ToArray();
        Assert.True(changed.Length == 0, "Changed or removed, so that stored data would be read wrongly:\n" + string.Join('\n', changed));
        var added = present.Except(frozen, StringComparer.Ordinal).ToArray();
        Assert.True(added.Length == 0, "New; append these lines to StoredNumbers.txt:\n" + string.Join('\n', added));
    }

    private static IEnumerable<string> StoredNumbers()
    {
        foreach (var kind in Enum.GetValues<LeadGrains.Grains.GrainKind>())
            yield return $"GrainKind.{kind} = {(int)kind}";
        foreach (var file in (FileDescriptor[])[
            EntryReflection.Descriptor, StateReflection.Descriptor, TraitReflection.Descriptor, KeyReflection.Descriptor, AuditReflection.Descriptor, ErasureReflection.Descriptor, WebhookReflection.Descriptor, RetentionReflection.Descriptor])
        {
            foreach (var line in file.EnumTypes.SelectMany(Lines).Concat(file.MessageTypes.SelectMany(Lines)))
                yield return line;
        }
    }

    private static IEnumerable<string> Lines(EnumDescriptor type) =>
        type.Values.Select(value => $"enum {type.FullName} {value.Name} = {value.Number}");

    private static IEnumerable<string> Lines(MessageDescriptor type) =>
        type.Fields.InFieldNumberOrder().Select(field => $"{type.FullName}.{field.Name} = {field.FieldNumber} {TypeOf(field)}{OneofOf(field)}");

    private static string TypeOf(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            _ => field.FieldType.ToString().ToLowerInvariant(),
        };
        return field.IsRepeated ? "repeated " + type : type;
    }

    private static string OneofOf(FieldDescriptor field) => field.ContainingOneof is { } oneof ? $" in {oneof.Name}" : "";
}
