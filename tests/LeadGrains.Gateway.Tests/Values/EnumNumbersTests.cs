using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Tests.Values;

/// <summary>Numbers that the code casts between the API's enums and ours.</summary>
public sealed class EnumNumbersTests
{
    [Fact]
    public void RejectionReason_WhenCompared_HasTheNumbersOfTheApi() => Same<RejectionReason, V1.RejectionReason>();

    [Fact]
    public void Dimension_WhenCompared_HasTheNumbersOfTheApi() => Same<Dimension, V1.Dimension>();

    private static void Same<TOurs, TApi>()
        where TOurs : struct, Enum
        where TApi : struct, Enum =>
        Assert.Equal(Known<TApi>(), Known<TOurs>());

    private static IEnumerable<(string, int)> Known<TEnum>()
        where TEnum : struct, Enum =>
        from value in Enum.GetValues<TEnum>()
        let number = Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)
        where number != 0
        select (value.ToString(), number);
}
