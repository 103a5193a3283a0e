using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `free_mail`.</summary>
internal sealed class FreeMailReader(ValueReader values)
{
    public FreeMail Read(YamlNode? node)
    {
        var section = values.Section(node, "`free_mail`");
        var added = Domains(section.Take("add"), "`add`");
        var removeNode = section.Take("remove");
        var removed = Domains(removeNode, "`remove`");
        section.Close();
        if (added.Intersect(removed, StringComparer.Ordinal).FirstOrDefault() is { } both)
            values.Problems.Add(removeNode!, $"\"{both}\" is added and removed");
        return new FreeMail(added, removed);
    }

    private ImmutableArray<string> Domains(YamlNode? node, string what)
    {
        var domains = ImmutableArray.CreateBuilder<string>();
        foreach (var item in values.Items(node, what, ModelLimits.FreeMailDomains))
        {
            if (values.Text(item, "a domain", ModelLimits.Label) is not { } text)
                continue;
            if (HostName.Normalise(text) is { } domain)
                domains.Add(domain);
            else
                values.Problems.Add(item, $"\"{text}\" is no domain");
        }

        return domains.ToImmutable();
    }
}
