using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Tests.Checks;

public sealed class FieldChecksTests
{
    [Fact]
    public void Id_WhenEmpty_IsMissing()
    {
        var fault = Assert.NotNull(FieldChecks.Id("contact_id", ""));

        Assert.Equal(RejectionReason.MissingField, fault.Reason);
        Assert.Equal("contact_id", fault.Field);
        Assert.Equal("contact_id is empty", fault.Message);
    }

    [Theory]
    [InlineData(128, false)]
    [InlineData(129, true)]
    public void Id_WhenAtTheLimit_CountsBytes(int bytes, bool tooLong)
    {
        // A letter of two bytes, so that characters and bytes differ.
        var id = new string('é', bytes / 2) + new string('a', bytes % 2);

        var fault = FieldChecks.Id("contact_id", id);

        Assert.Equal(tooLong, fault is { Reason: RejectionReason.TooLong, Message: "contact_id has 129 bytes, at most 128 are allowed" });
        Assert.Equal(tooLong, fault is not null);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\uFFFDb")]
    public void Text_WhenItCannotBeStoredOrWasNoUtf8_IsInvalid(string text) =>
        Assert.Equal(RejectionReason.InvalidValue, FieldChecks.Text("name", text, 100)?.Reason);

    [Theory]
    [InlineData("")]
    [InlineData("Zoë & Söhne\t(株式会社)")]
    public void Text_WhenItIsAnyOther_IsTaken(string text) => Assert.Null(FieldChecks.Text("name", text, 100));

    [Theory]
    [InlineData("")]
    [InlineData("ada@example.com")]
    [InlineData("\"a@b\"@example.com")]
    [InlineData("ада@пример.рф")]
    public void Email_WhenItIsAnAddressOrEmpty_IsTaken(string email) => Assert.Null(FieldChecks.Email("email", email));

    [Theory]
    [InlineData("ada")]
    [InlineData("@example.com")]
    [InlineData("ada@")]
    [InlineData("ada lovelace@example.com")]
    [InlineData("ada@exam\u00A0ple.com")]
    public void Email_WhenItIsNoAddress_IsInvalid(string email)
    {
        var fault = Assert.NotNull(FieldChecks.Email("email", email));

        Assert.Equal((RejectionReason.InvalidValue, "email"), (fault.Reason, fault.Field));
    }

    [Theory]
    [InlineData(320, false)]
    [InlineData(321, true)]
    public void Email_WhenAtTheLimit_CountsBytes(int bytes, bool tooLong) =>
        Assert.Equal(tooLong, FieldChecks.Email("email", new string('a', bytes - 8) + "@acme.io") is { Reason: RejectionReason.TooLong });
}
