using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>Of an account with subsidiaries, what its own signals brought and what they bring: either may change without the other.</summary>
internal sealed class OwnAndShare(double[] own, Instant ownLastSignalAt, in VelocityDays ownVelocity)
{
    private readonly double[] _share = new double[own.Length];
    private Instant _shareLastSignalAt = Instant.Min;
    private VelocityDays _shareVelocity;

    public ReadOnlySpan<double> Own => own;

    public ReadOnlySpan<double> Share => _share;

    public Instant OwnLastSignalAt { get; private set; } = ownLastSignalAt;

    public VelocityDays OwnVelocity { get; private set; } = ownVelocity;

    public Instant LastSignalAt => Instant.Later(OwnLastSignalAt, _shareLastSignalAt);

    public VelocityDays Velocity
    {
        get
        {
            var both = OwnVelocity;
            both.AddScaled(_shareVelocity, 1);
            return both;
        }
    }

    public void SetOwn(ReadOnlySpan<double> sums, Instant lastSignalAt, in VelocityDays velocity)
    {
        sums.CopyTo(own);
        OwnLastSignalAt = lastSignalAt;
        OwnVelocity = velocity;
    }

    public void SetShare(ReadOnlySpan<double> sums, Instant lastSignalAt, in VelocityDays velocity)
    {
        sums.CopyTo(_share);
        _shareLastSignalAt = lastSignalAt;
        _shareVelocity = velocity;
    }

    /// <summary>Follows landmarks that have moved.</summary>
    public void Restate(ReadOnlySpan<Landmark> from, ReadOnlySpan<Landmark> to)
    {
        for (var c = 0; c < own.Length; c++)
        {
            var factor = Landmark.Rescale(from[c], to[c]);
            own[c] = DecaySums.Restate(own[c], factor);
            _share[c] = DecaySums.Restate(_share[c], factor);
        }
    }
}
