# Works the main numbers of the evaluation out again from people.csv and
# months.csv, and holds them against results.json. Run it in the bundle's folder.
for (p in c("jsonlite", "geepack", "survival"))
  if (!requireNamespace(p, quietly = TRUE)) stop("the package ", p, " is needed")
suppressPackageStartupMessages({ library(geepack); library(survival) })

res <- jsonlite::fromJSON("results.json", simplifyVector = FALSE)
people <- read.csv("people.csv", na.strings = "", stringsAsFactors = FALSE, check.names = FALSE)
months <- read.csv("months.csv", na.strings = "")
def <- res$definition
arms <- people[people$arm != "unknown", ]
bad <- 0; checked <- 0

check <- function(what, here, there, tol = 1e-6) {
  if (is.null(there) || is.null(here) || is.na(here)) return(invisible())
  off <- abs(here - there) / max(abs(there), 1e-3)
  checked <<- checked + 1
  if (off > tol) bad <<- bad + 1
  cat(sprintf("%-58s %14.8g %14.8g  %s\n", what, here, there, if (off > tol) "DIFFERS" else "ok"))
}
find <- function(list, method, measure) {
  for (e in list) if (e$method == method && e$measure == measure) return(e)
  NULL
}
ratio <- function(what, fit, term, e, few) {
  if (is.null(e) || is.null(e$value)) return(invisible())
  s <- summary(fit)$coefficients
  b <- s[term, "Estimate"]; se <- s[term, "Std.err"]
  check(what, exp(b), e$value)
  if (!few) { check(paste(what, "from"), exp(b - qnorm(.975) * se), e$lo); check(paste(what, "to"), exp(b + qnorm(.975) * se), e$hi) }
}
cat(sprintf("%-58s %14s %14s\n", "", "R", "report"))

# Table 2: the primary outcome over its window.
w <- def$primary_window
y <- arms[[paste0(def$primary, "_", w)]]
d <- data.frame(row = arms$row, lead = arms$lead, y = y, before = arms[[paste0("before_", w)]])
keep <- !is.na(d$y); d <- d[keep, ]
few <- nrow(d) < 100
for (a in 1:2) {
  in_arm <- d$lead == 2 - a
  check(paste("people, arm", a), sum(in_arm), res$primary$risk[[a]]$n)
  check(paste("with the outcome, arm", a), sum(d$y[in_arm]), res$primary$risk[[a]]$x)
}
if (nrow(d)) {
  crude <- find(res$primary$estimates, "crude", "risk_difference")
  check("risk difference, as they are", mean(d$y[d$lead == 1]) - mean(d$y[d$lead == 0]), crude$value)
}
or <- find(res$primary$estimates, "crude", "odds_ratio")
if (!is.null(or$value)) ratio("odds ratio, as they are", geeglm(y ~ lead, id = row, data = d, family = binomial, corstr = "independence", control = geese.control(epsilon = 1e-12)), "lead", or, few)
or <- find(res$primary$estimates, "period", "odds_ratio")
if (!is.null(or$value)) {
  two <- rbind(data.frame(row = d$row, lead = d$lead, post = 0, y = d$before), data.frame(row = d$row, lead = d$lead, post = 1, y = d$y))
  two <- two[order(two$row, two$post), ]
  ratio("odds ratio, change against change", geeglm(y ~ lead * post, id = row, data = two, family = binomial, corstr = "independence", control = geese.control(epsilon = 1e-12)), "lead:post", or, few)
}

# The same, weighted. A level with fewer than ten people, or with nobody in one
# arm, joins the others; if those are too few, the largest level.
level <- function(x, lead) {
  x[is.na(x)] <- "not recorded"
  n <- table(factor(x), factor(lead, 0:1))
  small <- rowSums(n) < 10 | n[, 1] == 0 | n[, 2] == 0
  if (any(small)) {
    rest <- colSums(n[small, , drop = FALSE])
    to <- "others"
    if ((sum(rest) < 10 || any(rest == 0)) && any(!small)) {
      kept <- n[!small, , drop = FALSE]
      names <- rownames(kept)[order(rownames(kept), method = "radix")]
      to <- names[which.max(rowSums(kept[names, , drop = FALSE]))]
    }
    x[x %in% rownames(n)[small]] <- to
  }
  x
}
words <- c("age", "sex", "ethnicity", "perceived", "housing", "area", "door", "offence")
m <- data.frame(lead = d$lead)
for (k in unlist(def$covariates)) {
  v <- arms[[k]][keep]
  if (k %in% words) v <- level(as.character(v), d$lead) else v[is.na(v)] <- 0
  if (length(unique(v)) > 1) m[[k]] <- v
}
weights <- function(e) {
  ps <- fitted(glm(lead ~ ., data = m, family = binomial, control = glm.control(epsilon = 1e-12, maxit = 100)))
  x <- switch(e, att = ifelse(m$lead == 1, 1, ps / (1 - ps)), ate = ifelse(m$lead == 1, 1 / ps, 1 / (1 - ps)), overlap = ifelse(m$lead == 1, 1 - ps, ps))
  q <- quantile(x, c(.01, .99), names = FALSE)
  pmin(pmax(x, q[1]), q[2])
}
for (e in c("att", "ate", "overlap")) {
  there <- find(res$primary$estimates, e, "risk_difference")
  if (is.null(there$value) || ncol(m) < 2) next
  x <- weights(e)
  mean_of <- function(a) sum((x * d$y)[d$lead == a]) / sum(x[d$lead == a])
  check(paste("risk difference, weighted", toupper(e)), mean_of(1) - mean_of(0), there$value, 1e-5)
}

# Table 2 by month.
or <- find(res$monthly$estimates, "period", "odds_ratio")
if (!is.null(or$value)) ratio("odds ratio of months, LEAD x after", geeglm(y ~ lead * post, id = row, data = months, family = binomial, corstr = "independence", control = geese.control(epsilon = 1e-12)), "lead:post", or, few)

# Table 4: rates for each year at liberty.
for (r in res$rates) {
  if (is.null(r$ratio$value) || r$ratio$measure != "rate_ratio") next
  n <- arms[[paste0(r$key, "_count_", r$window)]]; days <- arms[[paste0("liberty_", r$window)]]
  if (is.null(n)) next
  k <- arms$linked == 1 & days > 0
  f <- glm(n[k] ~ arms$lead[k] + offset(log(days[k] / 365.25)), family = poisson, control = glm.control(epsilon = 1e-12))
  X <- model.matrix(f); mu <- fitted(f); bread <- solve(t(X) %*% (X * mu)); se <- sqrt(diag(bread %*% (t(X) %*% (X * (n[k] - mu)^2)) %*% bread))[2]
  what <- paste("ratio of rates,", r$key, r$window)
  check(what, exp(coef(f)[[2]]), r$ratio$value)
  if (!few) { check(paste(what, "from"), exp(coef(f)[[2]] - qnorm(.975) * se), r$ratio$lo); check(paste(what, "to"), exp(coef(f)[[2]] + qnorm(.975) * se), r$ratio$hi) }
}

# Figure 2: time until.
s <- arms[arms$linked == 1, ]
if (is.null(res$survival$problem) && nrow(s)) {
  for (curve in res$survival$free) {
    one <- s[s$arm == curve$arm, ]
    at <- vapply(curve$points, function(p) p$day, 1)
    k <- summary(survfit(Surv(time, event) ~ 1, data = one, conf.type = "log-log"), times = at, extend = TRUE)
    for (i in which(at %in% c(30, 180, 360, 720))) {
      p <- curve$points[[i]]
      check(sprintf("free of it, %s, day %d", curve$arm, p$day), k$surv[i], p$value, 1e-8)
      if (!is.null(p$lo)) check(sprintf("  from"), k$lower[i], p$lo, 1e-8)
      if (!is.null(p$hi)) check(sprintf("  to"), k$upper[i], p$hi, 1e-8)
    }
  }
  if (!is.null(res$survival$log_rank)) check("log-rank, chi-squared", survdiff(Surv(time, event) ~ lead, data = s)$chisq, res$survival$log_rank$chisq)
  h <- res$survival$hazard
  if (!is.null(h$value)) {
    f <- coxph(Surv(time, event) ~ lead, data = s, ties = "efron", robust = TRUE, id = row)
    check("hazard ratio", exp(coef(f)[[1]]), h$value)
    if (!few) { se <- sqrt(diag(vcov(f)))[1]; check("hazard ratio from", exp(coef(f)[[1]] - qnorm(.975) * se), h$lo); check("hazard ratio to", exp(coef(f)[[1]] + qnorm(.975) * se), h$hi) }
  }
}
cat(sprintf("%d numbers compared, %d differ\n", checked, bad))
quit(status = if (bad > 0 || checked == 0) 1 else 0)
