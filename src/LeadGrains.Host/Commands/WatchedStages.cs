using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.Scoring;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary>
/// The stages that a watcher asks for. One that the active model does not have may be mistyped, or of an earlier model,
/// whose changes are kept: so it is no more than a warning.
/// </summary>
internal static class WatchedStages
{
    public static async Task WarnAsync(
        ServerConnection connection, WatchStageChangesRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        var asked = request.ToStages.Concat(request.FromStages).Distinct(StringComparer.Ordinal).ToList();
        if (asked.Count == 0)
        {
            return;
        }

        var active = await connection.Models.GetModelAsync(new GetModelRequest(), connection.Call(cancellationToken));
        if (ModelReader.Read(active.Model.Yaml).Model is not { } model)
        {
            return;
        }

        var known = new List<(string Kind, List<string> Stages)>();
        if (request.Kinds.Count == 0 || request.Kinds.Contains(GrainKind.Contact))
        {
            known.Add(("contacts", [.. model.ContactStages.Stages.Select(stage => stage.Name)]));
        }

        if (request.Kinds.Count == 0 || request.Kinds.Contains(GrainKind.Account))
        {
            known.Add(("accounts", [.. model.AccountStages.Stages.Select(stage => stage.Name)]));
        }

        foreach (var stage in asked.Where(stage => !known.Exists(kind => kind.Stages.Contains(stage))))
        {
            var has = string.Join("; ", known.Select(kind => $"{kind.Kind}: {string.Join(", ", kind.Stages)}"));
            terminal.Complain($"Warning: the active model, version {active.Model.Version}, has no such stage '{stage}'. It has for {has}.");
        }
    }
}
