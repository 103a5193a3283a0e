namespace LeadGrains.Gateway.Calls;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field">Its path, such as "filter.min_total"; empty for the request as a whole.</param>
/// <param name="Description">A sentence that names the field and says what it must be, so that the caller can mend it.</param>
internal readonly record struct FieldViolation(string Field, string Description);
