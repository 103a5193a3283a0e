using FsCheck;
using FsCheck.Fluent;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Client.Internal;

namespace LeadGrains.Grpc.Tests.Client;

public class BackoffTests
{
    [Fact]
    public void Pause_WhateverIsSet_IsWithinAFifthOfItsLength()
    {
        var settings =
            from initial in Gen.Choose(1, 10_000)
            from longest in Gen.Choose(1, 100_000)
            from factor in Gen.Choose(10, 50)
            from before in Gen.Choose(0, 2000)
            from chance in Gen.Choose(0, 999)
            select (initial, longest, factor: factor / 10.0, before, chance: chance / 1000.0);
        Prop.ForAll(settings.ToArbitrary(), one =>
        {
            var pause = new Backoff(TimeSpan.FromMilliseconds(one.initial), TimeSpan.FromMilliseconds(one.longest), one.factor).Pause(one.before, one.chance);
            var length = Math.Min(one.initial * Math.Pow(one.factor, one.before), one.longest);
            return pause.TotalMilliseconds >= (length * 0.8) - 0.001 && pause.TotalMilliseconds <= (length * 1.2) + 0.001;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Pause_WhenNothingBoundsIt_IsOneThatTimersTake() =>
        Assert.InRange(new Backoff(TimeSpan.FromSeconds(1), TimeSpan.MaxValue, 1.6).Pause(5000, 0.5), TimeSpan.FromDays(20), TimeSpan.FromDays(25));

    [Fact]
    public void Throttle_WhateverHappens_CountsAsTheDocumentSays()
    {
        var steps = Gen.ArrayOf(Gen.Elements(true, false));
        var policies = from most in Gen.Choose(1, 20) from ratio in Gen.Choose(1, 3000) from row in steps select (most, ratio, row);
        Prop.ForAll(policies.ToArbitrary(), one =>
        {
            var throttle = new RetryThrottle(new RetryThrottlingPolicy { MaxTokens = one.most, TokenRatio = one.ratio / 1000.0 });
            decimal tokens = one.most;
            foreach (var succeeded in one.row)
            {
                tokens = succeeded ? Math.Min(one.most, tokens + (one.ratio / 1000m)) : Math.Max(0, tokens - 1);
                if (succeeded)
                    throttle.CountSuccess();
                else
                    throttle.CountFailure();
                if (throttle.StopsRetries != (tokens <= one.most / 2m))
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Throttle_OfAnyThousandths_GivesJustThemBack()
    {
        for (var thousandths = 1; thousandths <= 3000; thousandths++)
        {
            var throttle = new RetryThrottle(new RetryThrottlingPolicy { MaxTokens = 10, TokenRatio = thousandths / 1000.0 });
            for (var i = 0; i < 10; i++)
                throttle.CountFailure();
            var successes = 0;
            for (; throttle.StopsRetries; successes++)
                throttle.CountSuccess();
            Assert.Equal((5000 / thousandths) + 1, successes);
        }
    }
}
