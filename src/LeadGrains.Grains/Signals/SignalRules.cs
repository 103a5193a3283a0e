namespace LeadGrains.Grains.Signals;

/// <summary>What a signal must keep to, clock aside. Limits are checked on the values that count, the last ones.</summary>
internal static class SignalRules
{
    /// <summary>Notes the first fault in the order of the fields.</summary>
    /// <param name="fields">As read.</param>
    /// <param name="signalBytes">Length of the whole signal.</param>
    public static void Check(ref SignalFields fields, int signalBytes)
    {
        if (signalBytes > Limits.SignalBytes)
            fields.Add(new SignalFault(SignalFaultKind.TooLong, SignalField.None, signalBytes, Limits.SignalBytes));
        CheckLength(ref fields, SignalField.Id, Limits.SignalIdBytes);
        CheckLength(ref fields, SignalField.Source, Limits.SourceBytes);
        CheckLength(ref fields, SignalField.Type, Limits.SignalTypeBytes);
        CheckLength(ref fields, SignalField.ContactId, Limits.GrainIdBytes);
        CheckLength(ref fields, SignalField.AccountId, Limits.GrainIdBytes);
        CheckLength(ref fields, SignalField.Email, Limits.EmailBytes);
        if (fields[SignalField.Id].IsEmpty)
            fields.Add(new SignalFault(SignalFaultKind.Missing, SignalField.Id));
        if (fields[SignalField.Type].IsEmpty)
            fields.Add(new SignalFault(SignalFaultKind.Missing, SignalField.Type));
        if (fields[SignalField.ContactId].IsEmpty && fields[SignalField.AccountId].IsEmpty)
            fields.Add(new SignalFault(SignalFaultKind.Missing, SignalField.ContactId));
        if (fields.HasOccurredAt)
            CheckTime(ref fields);
        if (fields.AttributeCount > Limits.AttributesPerSignal)
            fields.Add(new SignalFault(SignalFaultKind.TooMany, SignalField.Attributes, fields.AttributeCount, Limits.AttributesPerSignal));
    }

    private static void CheckLength(ref SignalFields fields, SignalField field, int limit)
    {
        var length = fields[field].Length;
        if (length > limit)
            fields.Add(new SignalFault(SignalFaultKind.TooLong, field, length, limit));
    }

    private static void CheckTime(ref SignalFields fields)
    {
        if (fields.Seconds is < SignalTime.MinSeconds or > SignalTime.MaxSeconds)
            fields.Add(new SignalFault(SignalFaultKind.SecondsOutOfRange, SignalField.OccurredAt, fields.Seconds));
        else if ((uint)fields.Nanos >= SignalTime.NanosPerSecond)
            fields.Add(new SignalFault(SignalFaultKind.NanosOutOfRange, SignalField.OccurredAt, fields.Nanos));
    }
}
