;;; cases.el --- How proofs in Emacs are written  -*- lexical-binding: t; -*-

;;; Code:

(require 'cl-lib)

(defvar proof-failed 0)

(defmacro proof-case (name &rest body)
  "Run BODY and write whether what NAME says holds."
  (declare (indent 1))
  `(condition-case problem
       (progn ,@body (princ (format "\nok   %s\n" ,name)))
     (error (cl-incf proof-failed)
            (princ (format "\nFAIL %s\n     %s\n" ,name (error-message-string problem))))))

(defun proof-same (actual expected what)
  "Fail unless ACTUAL is EXPECTED; WHAT says of what they are."
  (unless (equal actual expected)
    (error "%s is %S, not %S" what actual expected)))

(defun proof-until (condition what)
  "Wait until CONDITION holds; if it never does, fail with what WHAT returns."
  (let ((end (+ (float-time) 20)))
    (while (not (or (funcall condition)
                    (and (> (float-time) end) (error "%s" (funcall what)))))
      (accept-process-output nil 0.05))))

(defun proof-end ()
  "Write the end, and leave with the right code."
  (princ "\nend\n")
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer (set-buffer-modified-p nil)))
  (kill-emacs (if (zerop proof-failed) 0 1)))

;;; cases.el ends here
