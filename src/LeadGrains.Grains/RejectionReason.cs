namespace LeadGrains.Grains;

/// <summary>Why an item of a request was not recorded. The numbers are the API's.</summary>
public enum RejectionReason
{
    /// <summary>A required field is empty.</summary>
    MissingField = 1,

    /// <summary>A field, or the number of its entries, is beyond its limit.</summary>
    TooLong = 2,

    /// <summary>A field's value cannot be what it should be.</summary>
    InvalidValue = 3,

    /// <summary>The signal happened further ahead of the server's clock than clocks differ.</summary>
    InTheFuture = 4,

    /// <summary>The signal happened before the journal's retention.</summary>
    TooOld = 5,

    /// <summary>The contact was erased; nothing of it is recorded any more.</summary>
    Erased = 6,
}
