using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads the top level of the document. A key that is left out has its default.</summary>
internal sealed class DocumentReader(MappingReader document)
{
    private readonly ValueReader _values = document.Values;

    public ScoringModel Read(string yaml, ImmutableArray<byte> hash)
    {
        var name = document.Text("name", ModelLimits.Name);
        var scale = new ScaleReader(_values);
        var (fitWeight, intentWeight) = scale.Weights(document.Take("total"));
        var halfPoint = scale.HalfPoint(document.Take("intent"));
        var grade = scale.Grade(document.Take("grade"));
        var conditions = new ConditionReader(_values);
        var declared = new GroupReader(_values).Read(document.Take("groups"));
        var rules = new RuleReader(_values, conditions, declared).Read(document.Take("rules"));
        var machines = new MachineReader(_values).Read(document.Take("machines"), rules);
        var channels = new ChannelReader(_values).Read(document.Take("channels"));
        var (groups, columns) = ColumnPlan.Of(declared, rules);
        var fit = new FitReader(_values, conditions);
        var (contactFit, accountFit) = fit.Fit(document.Take("fit"));
        var roles = fit.Roles(document.Take("roles"));
        var buyingGroup = new BuyingGroupReader(_values).Read(document.Take("buying_group"), roles);
        var (contactDisqualifiers, accountDisqualifiers) = new DisqualifierReader(_values, conditions).Read(document.Take("disqualify"));
        var account = scale.Account(document.Take("account"), halfPoint);
        var (contactFilters, accountFilters) = new FilterReader(_values).Read(
            document.Take("filters"),
            [.. contactFit.Select(rule => rule.Trait), .. roles.Select(role => role.Trait), .. contactDisqualifiers.Select(found => found.Trait)],
            [.. accountFit.Select(rule => rule.Trait), .. accountDisqualifiers.Select(found => found.Trait)]);
        var (contactStages, accountStages) = new StageReader(_values).Read(document.Take("stages"));
        var (contactThresholds, accountThresholds) = new ThresholdReader(_values).Read(document.Take("thresholds"));
        var freeMail = new FreeMailReader(_values).Read(document.Take("free_mail"));
        var dormantAfter = document.Take("dormant_after") is { } length ? _values.Duration(length, "`dormant_after`") : null;
        document.Close();
        return new ScoringModel(rules, machines, halfPoint, account.HalfPoint)
        {
            Name = name ?? "unnamed",
            Yaml = yaml,
            ContentHash = hash,
            FitWeight = fitWeight,
            IntentWeight = intentWeight,
            Groups = groups,
            Columns = columns,
            Channels = channels,
            ContactFit = contactFit,
            AccountFit = accountFit,
            Roles = roles,
            BuyingGroup = buyingGroup,
            ContactDisqualifiers = contactDisqualifiers,
            AccountDisqualifiers = accountDisqualifiers,
            ContactFilters = contactFilters,
            AccountFilters = accountFilters,
            BreadthStep = account.BreadthStep,
            BreadthMax = account.BreadthMax,
            ParentShare = account.ParentShare,
            EngagedHalfLife = account.EngagedHalfLife,
            Surge = account.Surge,
            DormantAfter = dormantAfter ?? TimeSpan.MaxValue,
            ContactStages = contactStages,
            AccountStages = accountStages,
            ContactThresholds = contactThresholds,
            AccountThresholds = accountThresholds,
            Grade = grade,
            FreeMail = freeMail,
        };
    }
}
