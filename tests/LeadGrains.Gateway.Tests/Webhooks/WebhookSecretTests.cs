using System.Text;
using LeadGrains.Gateway.Webhooks;

namespace LeadGrains.Gateway.Tests.Webhooks;

public sealed class WebhookSecretTests
{
    // The example of the specification's own libraries.
    [Fact]
    public void Sign_OfTheSpecificationsExample_IsItsSignature()
    {
        var key = WebhookSecret.Read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;

        var signature = WebhookSecret.Sign([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("{\"test\": 2432232314}"));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Fact]
    public void Sign_WithTwoSecrets_HasBothSignatures()
    {
        byte[] first = [.. Enumerable.Repeat((byte)1, 32)], second = [.. Enumerable.Repeat((byte)2, 32)];

        Assert.Equal(
            $"{WebhookSecret.Sign([first], "a", 1, [])} {WebhookSecret.Sign([second], "a", 1, [])}", WebhookSecret.Sign([first, second], "a", 1, []));
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Read_OfASecret_TakesTheSpecificationsLengths(int bytes, bool isOne)
    {
        byte[] key = [.. Enumerable.Range(0, bytes).Select(i => (byte)i)];

        Assert.Equal(isOne ? key : null, WebhookSecret.Read(WebhookSecret.Write(key)));
        Assert.Null(WebhookSecret.Read(Convert.ToBase64String(key)));
        Assert.Null(WebhookSecret.Read("whsec_no base64"));
    }
}
