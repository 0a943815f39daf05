SELECT k.part, k.unit, k.full_marks, k.forced, k.reached, k.lasting, s.marks AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures k
JOIN steps s ON s.part = k.part
 AND (s.low IS NULL OR k.num * 1000000 > s.low * k.den OR (s.low_included AND k.num * 1000000 = s.low * k.den))
 AND (s.high IS NULL OR k.num * 1000000 < s.high * k.den OR (s.high_included AND k.num * 1000000 = s.high * k.den))
WHERE k.kind = 'ladder'