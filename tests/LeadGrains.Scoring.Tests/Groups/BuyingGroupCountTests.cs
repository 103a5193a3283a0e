namespace LeadGrains.Scoring.Tests.Groups;

public class BuyingGroupCountTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        account: {engaged_half_life: 10d}
        roles:
          - {name: student, trait: title, contains: student, weight: 0}
          - {name: user, trait: title, contains: engineer, weight: 1}
          - {name: decision_maker, trait: title, contains: [chief, vp], weight: 2}
        buying_group: [decision_maker, user]
        """);

    // 2^(-5/10) = 0.7071, 2^(-20/10) = 0.25.
    [Fact]
    public void Result_WhenContactsEngagedAtDifferentTimes_SumsWhatIsLeftOfEach()
    {
        var group = Of((1, Samples.Day(25)), (1, Samples.Day(10)), (2, Samples.Day(10)));

        Assert.Equal(["decision_maker", "user"], group.Roles.Select(role => role.Name));
        Assert.Equal([1, 2], group.Roles.Select(role => role.Contacts));
        Assert.Equal(0.25, group.Roles[0].Engaged, 12);
        Assert.Equal(Math.Sqrt(0.5) + 0.25, group.Roles[1].Engaged, 12);
        Assert.Equal(1, group.Covered);
        Assert.Equal(["decision_maker"], group.Missing);
    }

    [Fact]
    public void Covered_WhenSomebodyEngagedOneHalfLifeAgo_CountsUntilThen()
    {
        Assert.Equal(1, Of((2, Samples.Day(20))).Covered);
        Assert.Equal(0, Of((2, Samples.Day(19.99))).Covered);
    }

    // Three times 0.4 is more than 1, and yet nobody of them is engaged.
    [Fact]
    public void Covered_WhenOnlyTheSumReachesAHalf_IsNone()
    {
        var group = Of((2, Samples.Day(16)), (2, Samples.Day(16)), (2, Samples.Day(16)));

        Assert.True(group.Roles[0].Engaged > 1);
        Assert.Equal(["decision_maker", "user"], group.Missing);
    }

    [Fact]
    public void Result_WhenSomebodyNeverEngaged_CountsThemAsContactOnly()
    {
        var group = Of((2, null));

        Assert.Equal((1, 0.0, false), (group.Roles[0].Contacts, group.Roles[0].Engaged, group.Roles[0].IsCovered));
    }

    [Fact]
    public void Result_WhenARoleIsNotAskedFor_LeavesItOut()
    {
        var group = Of((0, Samples.Day(30)), (-1, Samples.Day(30)));

        Assert.Equal([0, 0], group.Roles.Select(role => role.Contacts));
        Assert.Equal(0, group.Covered);
    }

    [Fact]
    public void IndexOf_WhenSeveralRolesMatch_IsTheFirstOnes()
    {
        Assert.Equal(1, RoleWeight.IndexOf(Model, Samples.Traits(("title", "VP, former engineer"))));
        Assert.Equal(-1, RoleWeight.IndexOf(Model, Samples.Traits(("title", "Poet"))));
    }

    private static BuyingGroup Of(params (int Role, Instant? EngagedAt)[] contacts)
    {
        var count = new BuyingGroupCount(Model, Samples.Day(30));
        foreach (var (role, engagedAt) in contacts)
            count.Add(role, engagedAt);
        return count.Result;
    }
}
